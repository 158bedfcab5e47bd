/// The memory that one stream is decoded into, round and round, and from which its chunks are lent without copying.
///
/// Positions are virtual: they only grow, and each round of the ring adds its capacity. What is between the start of the oldest
/// extent that is still lent (or the decoder's history, or an unfinished line) and the write position is kept:
///
///     |......|== lent ==|== finished ==|== lent ==|-- unfinished line --|.......|
///            ^ oldest                                                   ^ head
///
/// SAFETY: `memory` never changes, and all else is only touched under the job board's lock. The bytes are written by the one
/// worker that holds the duty to decode the stream, and never where they are lent: it is told the oldest extent under the
/// lock, lends none itself until its step is published, and others only take extents back. The memory serves another ring
/// only when all extents are back.
final class Ring: @unchecked Sendable {
    let memory: SharedBuffer
    var capacity: Int { memory.capacity }

    // Guarded by the job board's lock.
    private var extents: [(start: Int, isFinished: Bool)] = []
    private var firstExtent = 0
    private var dropped = 0
    /// The stream is through with it: when the last extent comes back, the memory can serve another.
    var isRetired = false

    init(memory: SharedBuffer) { self.memory = memory }

    /// Virtual position of the oldest byte that is lent. Under the lock.
    var oldestExtent: Int? { dropped < extents.count ? extents[dropped].start : nil }
    var isIdle: Bool { dropped == extents.count }

    /// Notes the next extent in order. Under the lock.
    func lend(from start: Int) {
        extents.append((start, false))
    }

    /// Number of the next extent to be lent. Under the lock.
    var nextExtent: Int { firstExtent + extents.count }

    /// Takes an extent back. Under the lock.
    func release(_ extent: Int) {
        extents[extent - firstExtent].isFinished = true
        while dropped < extents.count, extents[dropped].isFinished { dropped += 1 }
        if dropped >= 64, dropped * 2 >= extents.count {
            extents.removeFirst(dropped)
            firstExtent += dropped
            dropped = 0
        }
    }
}
