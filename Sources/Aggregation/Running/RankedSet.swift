/// How often each key is there, in the order of the keys: keys come and go, and in between one is asked for by its place or
/// for being there most often.
///
/// A treap: a binary tree by keys and a heap by random priorities, so that no order of coming and going makes it deep. The
/// shape is random, what it tells is not.
///
/// - Complexity: O(log *n*) for everything, *n* the different keys.
struct RankedSet<Key: Comparable & Sendable>: Sendable {
    private struct Node: Sendable {
        var key: Key
        var times = 1
        /// Of the keys from here down: how often they are there together, and how often the one that is there most.
        var total = 1
        var peak = 1
        var left = -1
        var right = -1
        var priority: UInt32
    }

    private var nodes: [Node] = []
    /// Places in `nodes` that hold no key any more.
    private var free: [Int] = []
    private var root = -1
    private var generator = Shuffle()

    /// How many keys there are, each as often as it is there.
    var total: Int { total(under: root) }

    /// Returns whether the key was not there before.
    mutating func add(_ key: Key) -> Bool {
        let before = nodes.count - free.count
        root = added(key, under: root)
        return nodes.count - free.count > before
    }

    /// Takes a key away once; one that is not there is passed over. Returns whether it is gone.
    mutating func remove(_ key: Key) -> Bool {
        let before = nodes.count - free.count
        root = removed(key, under: root)
        return nodes.count - free.count < before
    }

    /// The key at a place among all, counted from 1; the last one for a place behind the end, `nil` where there is none.
    func key(at place: Int) -> Key? {
        var node = root
        var rest = min(place, total)
        while node >= 0 {
            let below = total(under: nodes[node].left)
            if rest <= below {
                node = nodes[node].left
            } else if rest <= below + nodes[node].times {
                return nodes[node].key
            } else {
                rest -= below + nodes[node].times
                node = nodes[node].right
            }
        }
        return nil
    }

    /// The key that is there most often, of several the first one.
    var mostFrequent: Key? {
        var node = root
        while node >= 0 {
            let peak = nodes[node].peak
            if self.peak(under: nodes[node].left) == peak {
                node = nodes[node].left
            } else if nodes[node].times == peak {
                return nodes[node].key
            } else {
                node = nodes[node].right
            }
        }
        return nil
    }

    // MARK: The tree

    private func total(under node: Int) -> Int { node < 0 ? 0 : nodes[node].total }

    private func peak(under node: Int) -> Int { node < 0 ? 0 : nodes[node].peak }

    private mutating func update(_ node: Int) {
        let (left, right) = (nodes[node].left, nodes[node].right)
        nodes[node].total = nodes[node].times + total(under: left) + total(under: right)
        nodes[node].peak = max(nodes[node].times, peak(under: left), peak(under: right))
    }

    private mutating func added(_ key: Key, under node: Int) -> Int {
        guard node >= 0 else { return made(key) }
        if key < nodes[node].key {
            let child = added(key, under: nodes[node].left)
            nodes[node].left = child
            if nodes[child].priority > nodes[node].priority {
                nodes[node].left = nodes[child].right
                nodes[child].right = node
                update(node)
                update(child)
                return child
            }
        } else if nodes[node].key < key {
            let child = added(key, under: nodes[node].right)
            nodes[node].right = child
            if nodes[child].priority > nodes[node].priority {
                nodes[node].right = nodes[child].left
                nodes[child].left = node
                update(node)
                update(child)
                return child
            }
        } else {
            nodes[node].times += 1
        }
        update(node)
        return node
    }

    private mutating func made(_ key: Key) -> Int {
        let node = Node(key: key, priority: generator.next())
        guard let place = free.popLast() else {
            nodes.append(node)
            return nodes.count - 1
        }
        nodes[place] = node
        return place
    }

    private mutating func removed(_ key: Key, under node: Int) -> Int {
        guard node >= 0 else { return node }
        if key < nodes[node].key {
            let child = removed(key, under: nodes[node].left)
            nodes[node].left = child
        } else if nodes[node].key < key {
            let child = removed(key, under: nodes[node].right)
            nodes[node].right = child
        } else if nodes[node].times > 1 {
            nodes[node].times -= 1
        } else {
            free.append(node)
            return joined(nodes[node].left, nodes[node].right)
        }
        update(node)
        return node
    }

    /// The tree of two, all keys of which come one behind the other.
    private mutating func joined(_ left: Int, _ right: Int) -> Int {
        guard left >= 0, right >= 0 else { return max(left, right) }
        if nodes[left].priority > nodes[right].priority {
            let child = joined(nodes[left].right, right)
            nodes[left].right = child
            update(left)
            return left
        }
        let child = joined(left, nodes[right].left)
        nodes[right].left = child
        update(right)
        return right
    }
}

/// Priorities that nobody can know beforehand (xorshift, from a random beginning).
private struct Shuffle: Sendable {
    private var state = UInt32.random(in: 1...UInt32.max)

    mutating func next() -> UInt32 {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return state
    }
}
