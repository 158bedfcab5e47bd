import CXXHash
import Synchronization

/// The checksum of a frame's content, taken piece after piece by whoever has the time: it is as much work as decoding, and a
/// frame that is one stream would otherwise keep a single worker busy with both.
///
/// The decoder adds pieces; workers without anything else to do take them, in order and one worker at a time; before the
/// digest is asked for, and before the pieces' memory is used again, the decoder takes what is left itself.
final class ContentHash: @unchecked Sendable {
    private struct Backlog: @unchecked Sendable {
        // SAFETY: what a piece points to stays as it is until the piece is counted as done: the stream asks for `doneCount`
        // before it writes there again, and drains or discards the backlog before it lets its memory go.
        var pieces: [UnsafeRawBufferPointer] = []
        var taken = 0
    }

    private let backlog = Mutex(Backlog())
    // SAFETY: touched only by the holder of `turn`.
    private let state: OpaquePointer?
    private let turn = Mutex(())
    private let isTaken = Atomic<Bool>(false)
    private let added = Atomic<Int>(0)
    private let done = Atomic<Int>(0)

    init() { state = XXH32_createState() }

    deinit { XXH32_freeState(state) }

    /// How many pieces there have been, and how many of them, from the first on, are done.
    var addedCount: Int { added.load(ordering: .acquiring) }
    var doneCount: Int { done.load(ordering: .acquiring) }
    var hasBacklog: Bool { doneCount < addedCount }
    /// Whether there is a piece to take, and nobody at it.
    var isWaiting: Bool { hasBacklog && !isTaken.load(ordering: .acquiring) }

    /// Begins the content of another frame; what was left of the one before is dropped.
    func begin() {
        inTurn {
            drop()
            XXH32_reset(state, 0)
        }
    }

    func add(_ piece: UnsafeRawBufferPointer) {
        backlog.withLock { $0.pieces.append(piece) }
        added.wrappingAdd(1, ordering: .releasing)
    }

    /// Takes the next piece.
    func work() { inTurn { takeNext() } }

    /// Takes all pieces that are left.
    func drain() {
        inTurn {
            while takeNext() {}
        }
    }

    /// Forgets the pieces that are left: nobody will ask for the digest.
    func discard() { inTurn { drop() } }

    /// Of all pieces since the beginning.
    func digest() -> UInt32 {
        drain()
        return turn.withLock { _ in XXH32_digest(state) }
    }

    private func inTurn(_ body: () -> Void) {
        turn.withLock { _ in
            isTaken.store(true, ordering: .releasing)
            body()
            isTaken.store(false, ordering: .releasing)
        }
    }

    @discardableResult
    private func takeNext() -> Bool {
        let piece = backlog.withLock { backlog -> UnsafeRawBufferPointer? in
            guard backlog.taken < backlog.pieces.count else { return nil }
            defer { backlog.taken += 1 }
            return backlog.pieces[backlog.taken]
        }
        guard let piece else { return false }
        XXH32_update(state, piece.baseAddress, piece.count)
        backlog.withLock { backlog in
            guard backlog.taken == backlog.pieces.count else { return }
            backlog.pieces.removeAll(keepingCapacity: true)
            backlog.taken = 0
        }
        done.wrappingAdd(1, ordering: .releasing)
        return true
    }

    private func drop() {
        backlog.withLock { backlog in
            backlog.pieces.removeAll()
            backlog.taken = 0
        }
        done.store(addedCount, ordering: .releasing)
    }
}
