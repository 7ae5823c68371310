extension UnsafeMutableBufferPointer where Element == Double {
  /// The sub-view of the given rows, indexed from zero.
  @inlinable public func slice(_ range: Range<Int>) -> VectorView {
    VectorView(start: baseAddress.map { $0 + range.lowerBound }, count: range.count)
  }

  @inlinable public func copy(_ other: VectorView) {
    for i in 0..<count { self[i] = other[i] }
  }

  @inlinable public func copy(_ other: [Double]) {
    for i in 0..<count { self[i] = other[i] }
  }

  @inlinable public func fill(_ value: Double) {
    for i in 0..<count { self[i] = value }
  }

  /// `self ← self + α·x`.
  @inlinable public func add(_ alpha: Double, _ x: VectorView) {
    for i in 0..<count { self[i] += alpha * x[i] }
  }

  /// `self ← α·self`.
  @inlinable public func scale(_ alpha: Double) {
    for i in 0..<count { self[i] *= alpha }
  }

  /// In sixteen sums of their own, so that it runs in vector registers; the order does not depend on threads.
  @inlinable public func dot(_ other: VectorView) -> Double {
    var (first, second) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var i = 0
    if let x = UnsafeRawPointer(baseAddress), let y = UnsafeRawPointer(other.baseAddress) {
      while i + 16 <= count {
        first += x.simd8(i) * y.simd8(i)
        second += x.simd8(i + 8) * y.simd8(i + 8)
        i += 16
      }
    }
    var sum = (first + second).sum()
    while i < count {
      sum += self[i] * other[i]
      i += 1
    }
    return sum
  }

  /// NaN if any entry is.
  @inlinable public var maximumNorm: Double {
    var largest = SIMD8<Double>.zero
    // Zero unless an entry is infinite or NaN, which a comparison might lose and a sum keeps.
    var products = SIMD8<Double>.zero
    var i = 0
    if let x = UnsafeRawPointer(baseAddress) {
      while i + 8 <= count {
        let values = x.simd8(i)
        let moduli = values.replacing(with: -values, where: values .< 0)
        largest.replace(with: moduli, where: moduli .> largest)
        products += values * 0
        i += 8
      }
    }
    var norm = largest.max()
    var sum = products.sum()
    while i < count {
      norm = Swift.max(norm, abs(self[i]))
      sum += self[i] * 0
      i += 1
    }
    guard sum.isNaN else { return norm }
    return contains { $0.isNaN } ? .nan : .infinity
  }

  @inlinable public var euclideanNorm: Double {
    let largest = maximumNorm
    guard largest > 0, largest.isFinite else { return largest }
    var sum = 0.0
    for i in 0..<count {
      let a = self[i] / largest
      sum += a * a
    }
    return largest * sum.squareRoot()
  }

  public var array: [Double] { Array(self) }
}

extension UnsafeRawPointer {
  /// Eight doubles from index `i` on.
  @inlinable @inline(__always) func simd8(_ i: Int) -> SIMD8<Double> {
    loadUnaligned(fromByteOffset: i * MemoryLayout<Double>.stride, as: SIMD8<Double>.self)
  }
}
