#if canImport(CMalloc)
  import CMalloc
#endif

/// How the allocator treats large blocks.
enum MemoryReuse {
  /// Blocks up to this size, bytes, come from the heap, and the heap keeps what is freed.
  private static let threshold: Int32 = 1 << 30

  /// Lets freed work arrays serve the next iteration: returned to the system and mapped again, as is the default beyond 32 MB at
  /// the latest, they would cost a page fault for every 4 KB.
  static func enable() {
    #if canImport(CMalloc)
      mallopt(M_MMAP_THRESHOLD, threshold)
      mallopt(M_TRIM_THRESHOLD, Int32.max)
    #endif
  }
}
