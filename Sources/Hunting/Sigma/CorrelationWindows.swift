import Sigma
import Values

/// What became of one group of a correlation.
struct CorrelatedGroup {
    /// The values of the group-by fields.
    var values: [Text]
    /// How many windows hold.
    var count = 0
    /// When the first match of the first of these windows was, and the last match of the last one.
    var firstTime: Int64 = 0
    var lastTime: Int64 = 0
}

/// Looks at every window of a correlation, group after group.
///
/// Matches are read twice: a first reader brings each into the window, a second one stands at the window's first match and
/// tells it which ones leave. So no window is ever held in memory, whatever its length.
struct CorrelationWindows {
    private let timespan: Int64?
    private var window: CorrelationWindow
    /// Numbers that were left out since a window ranks as many as it may.
    var leftOut: Int { window.leftOut }

    /// - Parameters:
    ///   - ruleCount: how many rules the correlation names.
    ///   - timespan: in nanoseconds; `nil` for all of time.
    init(kind: CorrelationKind, ruleCount: Int, timespan: Int64?, condition: CorrelationCondition) {
        self.timespan = timespan
        window = CorrelationWindow(kind: kind, ruleCount: ruleCount, condition: condition)
    }

    /// - Parameters:
    ///   - eachMember: gets every match that is in a window that holds, once.
    ///   - eachWindow: gets the last match of every window that holds, with the values of its group.
    ///   - eachGroup: gets every group with a window that holds, in order of their values.
    mutating func run(
        _ matches: CorrelatedMatches,
        eachMember: ((CorrelatedMatches.SortedMatch) -> Void)? = nil,
        eachWindow: (CorrelatedMatches.SortedMatch, [Text]) throws(StorageError) -> Void,
        eachGroup: (CorrelatedGroup) throws(StorageError) -> Void
    ) throws(StorageError) {
        var coming = matches.reader()
        var leaving = CountedMatches(matches)
        var told = CountedMatches(matches)
        var first = try leaving.next()
        var group: (key: ArraySlice<UInt8>, found: CorrelatedGroup)?
        var next = try coming.next()
        while let match = next {
            next = try coming.next()
            if group?.key != match.group {
                if let found = group?.found, found.count > 0 { try eachGroup(found) }
                window.clear()
                group = (match.group, CorrelatedGroup(values: match.groupValues))
                while let other = first, other.group != match.group { first = try leaving.next() }
            }
            // What is exactly the timespan ago is still in the window; where there is no such time, all is.
            let start = timespan.flatMap { span in
                let (start, overflow) = match.time.subtractingReportingOverflow(span)
                return overflow ? nil : start
            }
            if let start {
                while let old = first, old.time < start {
                    window.leave(old.leaving(before: match))
                    first = try leaving.next()
                }
                window.begin(at: start)
            }
            window.enter(match.entering(since: start))
            // An event may match several rules, and a match come with several values: the window has all of them at once.
            if let next, next.time == match.time, next.order == match.order, next.group == match.group { continue }
            guard window.holds, var found = group?.found else { continue }
            if found.count == 0 { found.firstTime = first?.time ?? match.time }
            found.count += 1
            found.lastTime = match.time
            group?.found = found
            try eachWindow(match, found.values)
            guard let eachMember else { continue }
            // From the window's first match, or the first that was not told yet, up to the one that it ends with.
            while told.count < leaving.count - 1 { _ = try told.next() }
            while let member = try told.next() {
                eachMember(member)
                if member.moment == match.moment, member.group == match.group { break }
            }
        }
        if let found = group?.found, found.count > 0 { try eachGroup(found) }
    }

    /// Reads the matches, and says how many it has read.
    private struct CountedMatches {
        private var reader: CorrelatedMatches.Reader
        private(set) var count = 0

        init(_ matches: CorrelatedMatches) { reader = matches.reader() }

        mutating func next() throws(StorageError) -> CorrelatedMatches.SortedMatch? {
            count += 1
            return try reader.next()
        }
    }
}
