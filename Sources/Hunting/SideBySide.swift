import Synchronization

/// What is made of each of some items, by so many tasks side by side; in the items' order.
func sideBySide<Item: Sendable, Made: Sendable>(
    _ items: [Item], threads: Int, _ make: @escaping @Sendable (Item) -> Made
) async -> [Made] {
    let cursor = Cursor()
    var made = [Made?](repeating: nil, count: items.count)
    await withTaskGroup(of: [(Int, Made)].self) { group in
        for _ in 0..<max(1, min(threads, items.count)) {
            group.addTask {
                var share: [(Int, Made)] = []
                while true {
                    let place = cursor.next()
                    guard place < items.count else { return share }
                    share.append((place, make(items[place])))
                }
            }
        }
        for await share in group {
            for (place, one) in share { made[place] = one }
        }
    }
    return made.compactMap(\.self)
}

/// Numbers from 0, each given out once.
private final class Cursor: Sendable {
    private let place = Atomic<Int>(0)

    func next() -> Int { place.wrappingAdd(1, ordering: .relaxed).oldValue }
}
