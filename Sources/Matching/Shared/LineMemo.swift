/// Remembers what the lines of long values hold, in the same room as whole values: a console's context, a script or a message
/// repeats most of its lines from event to event, and is as a whole the same as no other.
final class LineMemo {
    private let memo: ValueMemo
    private let hits = HitList()
    private var column = 0
    /// How many bytes were looked for in the lines since the column was named, and how many of them were found.
    private(set) var lookedFor = 0
    private(set) var known = 0

    init(in memo: ValueMemo) { self.memo = memo }

    /// The lines that follow are of this column's values.
    func begin(column: Int) {
        self.column = column
        lookedFor = 0
        known = 0
    }

    func key(_ line: UnsafeRawBufferPointer) -> ValueMemo.Key {
        ValueMemo.Key(line, column: column, way: ValueMemo.Key.line)
    }

    /// What a line is known to hold; `nil` where it is not remembered. Valid until a line is.
    func find(_ key: ValueMemo.Key) -> UnsafeBufferPointer<Int32>? {
        lookedFor += key.value.count
        guard let outcome = memo.find(key) else { return nil }
        known += key.value.count
        return outcome.hits
    }

    // MARK: The line at hand

    func begin() { hits.removeAll() }

    /// What was added for it. Valid until more is.
    var found: UnsafeBufferPointer<Int32> { hits.hits(from: 0) }

    func add(_ hit: Int32) { hits.append(hit) }

    /// Remembers what was added.
    func remember(_ key: ValueMemo.Key) {
        if key.value.count <= ValueMemo.longestLine { memo.store(key, ValueMemo.Outcome(values: 1, hits: found)) }
    }
}
