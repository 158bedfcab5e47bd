import Glibc

/// Page-aligned memory that one or more chunks are cut from.
final class SharedBuffer: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    /// Usable bytes; `Chunk.padding` more can be read.
    let capacity: Int
    /// Chunks that are not finished. Guarded by the job board's lock.
    var users = 0
    /// Whether it goes back to the reader's store of buffers when nobody uses it. Otherwise it is freed with its last reference.
    let isPooled: Bool

    // SAFETY: `base` is owned by this object alone, allocated here and freed in deinit; whoever reads through it holds
    // the object. Writers are ordered by the job board: only the worker that took the buffer writes, before it is shared.
    init(capacity: Int, isPooled: Bool = false) {
        self.capacity = capacity
        self.isPooled = isPooled
        let size = capacity + Chunk.padding
        base = .allocate(byteCount: size, alignment: size >= SharedBuffer.hugePage ? SharedBuffer.hugePage : 64)
        if size >= SharedBuffer.hugePage {
            // A ring of several mebibytes is written round and round: few large pages spare page faults and TLB misses.
            madvise(base, size & ~(SharedBuffer.hugePage - 1), MADV_HUGEPAGE)
        }
        (base + capacity).initializeMemory(as: UInt8.self, repeating: 0, count: Chunk.padding)
    }

    deinit { base.deallocate() }

    private static let hugePage = 2 << 20
}
