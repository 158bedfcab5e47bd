/// One of several sorted runs that are merged.
protocol MergeCursor {
    /// Whether its record at hand comes before that of another run.
    func precedes(_ other: Self) -> Bool
}

/// Open runs, the one with the next record first: a binary heap.
struct MergeHeap<Cursor: MergeCursor> {
    private var open: [Cursor] = []

    /// The run with the next record; `nil` where none is open.
    var first: Cursor? { open.first }

    /// - Complexity: logarithmic in the open runs.
    mutating func insert(_ cursor: Cursor) {
        open.append(cursor)
        var place = open.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard open[place].precedes(open[parent]) else { return }
            open.swapAt(place, parent)
            place = parent
        }
    }

    /// Lets the first run go on to its next record, and takes it out where `advance` says that there is none.
    ///
    /// - Precondition: one is open.
    /// - Complexity: logarithmic in the open runs.
    mutating func advance<Failure: Error>(_ advance: (inout Cursor) throws(Failure) -> Bool) throws(Failure) {
        if try !advance(&open[0]) {
            let last = open.removeLast()
            if open.isEmpty { return }
            open[0] = last
        }
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < open.count {
                if open[child].precedes(open[least]) { least = child }
            }
            if least == place { return }
            open.swapAt(place, least)
            place = least
        }
    }
}
