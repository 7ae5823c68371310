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
