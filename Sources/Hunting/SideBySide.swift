import Dispatch
import Synchronization

/// What is made of each of some items, by so many threads side by side; in the items' order. Where an interruption ends the
/// final stages before, `nil` for what is not made by then: no stage has to look for an interruption, be it in the midst of
/// a sort, as it is left alone with what it does.
///
/// The threads are none of the tasks' own: these may be few, and who waits needs one.
func sideBySide<Item: Sendable, Made: Sendable>(
    _ items: [Item], threads: Int, until interruption: Interruption, _ make: @escaping @Sendable (Item) -> Made
) async -> [Made?] {
    if items.isEmpty { return [] }
    let count = max(1, min(threads, items.count))
    let board = Board<Made>(items: items.count, threads: count)
    await withCheckedContinuation { continuation in
        board.wait(with: continuation)
        interruption.whenStagesEnd { board.end() }
        for _ in 0..<count {
            DispatchQueue(label: "final stages").async {
                while !interruption.endsStages, let place = board.next() { board.add(make(items[place]), at: place) }
                board.leave()
            }
        }
    }
    return board.takeAll()
}

/// What several threads have made so far, and who waits for it.
private final class Board<Made: Sendable>: Sendable {
    private struct State {
        var made: [Made?]
        var threads: Int
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    private let place = Atomic<Int>(0)
    private let count: Int

    init(items count: Int, threads: Int) {
        self.count = count
        state = Mutex(State(made: Array(repeating: nil, count: count), threads: threads))
    }

    /// All that is made by now; what comes later is for nobody.
    func takeAll() -> [Made?] {
        state.withLock { state in
            defer { state.made = [] }
            return state.made
        }
    }

    func wait(with continuation: CheckedContinuation<Void, Never>) { state.withLock { $0.waiting = continuation } }

    /// The place of an item that nobody has taken.
    func next() -> Int? {
        let next = place.wrappingAdd(1, ordering: .relaxed).oldValue
        return next < count ? next : nil
    }

    func add(_ one: Made, at place: Int) {
        state.withLock { state in
            if place < state.made.count { state.made[place] = one }
        }
    }

    /// One thread less is at work.
    func leave() {
        let isLast = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        if isLast { end() }
    }

    /// Whoever waits goes on; again, for nobody.
    func end() {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }
}
