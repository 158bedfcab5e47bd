/// Elements in their order, of which the first ones leave. Both ends cost nothing to speak of.
public struct SlidingQueue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var start = 0

    /// Without elements.
    public init() {}

    /// What is there, in its order.
    public var present: ArraySlice<Element> { elements[start...] }

    /// How many are there.
    public var count: Int { elements.count - start }

    /// The one that leaves next.
    public var first: Element? { start < elements.count ? elements[start] : nil }

    /// The one that came last.
    public var last: Element? {
        get { start < elements.count ? elements[elements.count - 1] : nil }
        set {
            guard start < elements.count else { return }
            if let newValue { elements[elements.count - 1] = newValue } else { elements.removeLast() }
        }
    }

    /// Puts one behind the others.
    public mutating func append(_ element: Element) { elements.append(element) }

    /// Takes the first one out.
    public mutating func removeFirst() {
        guard start < elements.count else { return }
        start += 1
        if start == elements.count {
            elements.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 64, start * 2 > elements.count {
            elements.removeSubrange(..<start)
            start = 0
        }
    }
}

/// What is best among values that leave in the order in which they came, as the lowest or the latest one.
///
/// Of those that are there it keeps only what may still become the best: a value goes once a better one stands behind it. So
/// the first is the best.
struct BestOfWindow<Candidate: Sendable>: Sendable {
    private struct Entry: Sendable {
        var row: EventOrder
        var candidate: Candidate
        var bytes: Int
    }

    private var entries = SlidingQueue<Entry>()
    /// About what is kept takes.
    private(set) var heldBytes = 0

    var best: Candidate? { entries.first?.candidate }

    /// Adds what a row brings, no row before an earlier one.
    ///
    /// - Parameters:
    ///   - argument: what the candidate comes from.
    ///   - bytes: what the candidate takes.
    ///   - isBetter: whether the new one is better than one that came before.
    mutating func add(
        _ candidate: Candidate, of argument: RunningArgument, bytes: Int, isBetter: (_ than: Candidate) -> Bool
    ) {
        while let last = entries.last, isBetter(last.candidate) {
            entries.last = nil
            heldBytes -= last.bytes
        }
        // Where no row leaves, what is not the best now never will be.
        guard argument.leaves || entries.count == 0 else { return }
        entries.append(Entry(row: argument.moment.order, candidate: candidate, bytes: bytes))
        heldBytes += bytes
    }

    /// Takes away what rows up to that of the argument brought.
    mutating func removeAll(upTo argument: RunningArgument) {
        while let first = entries.first, !(argument.moment.order < first.row) {
            entries.removeFirst()
            heldBytes -= first.bytes
        }
    }
}
