/// A mutable run of doubles. The memory belongs to an `Arena`, which must outlive every view of it.
public typealias VectorView = UnsafeMutableBufferPointer<Double>

/// Owns the work vectors of an algorithm: made once, used every iteration, freed together.
public final class Arena {
  private var blocks: [VectorView] = []

  public init() {}

  deinit {
    for block in blocks { block.deallocate() }
  }

  /// A zeroed vector of `count` doubles, aligned for the widest SIMD registers.
  public func vector(_ count: Int) -> VectorView {
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Double>.stride, alignment: 64)
    let view = raw.bindMemory(to: Double.self)
    view.initialize(repeating: 0)
    blocks.append(view)
    return VectorView(start: view.baseAddress, count: count)
  }

  /// A vector holding a copy of `values`.
  public func vector(_ values: [Double]) -> VectorView {
    let view = vector(values.count)
    view.copy(values)
    return view
  }
}

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

  @inlinable public func dot(_ other: VectorView) -> Double {
    var sum = 0.0
    for i in 0..<count { sum += self[i] * other[i] }
    return sum
  }

  @inlinable public var maximumNorm: Double {
    var largest = 0.0
    // A NaN must not hide behind a comparison: it wins.
    for i in 0..<count {
      let a = abs(self[i])
      if a > largest || a.isNaN { largest = a }
      if largest.isNaN { break }
    }
    return largest
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
