import Aggregation
import Values

/// Puts events into transactions, the latest event first, as a search delivers them.
struct TransactionBuilder {
    /// Events that belong together.
    struct Transaction {
        /// The numbers of the rows, the latest first.
        var events: [Int] = []
        /// The value of each of the rule's fields, where an event has brought one.
        var values: [Value?]
        var newest: Int64
        var oldest: Int64
        var hasStart = false
        var hasEnd = false
        /// A limit closed it: an event came that it had no place for, or as many as it may have.
        var isFull = false
        var isOpen = true
        /// The sequence number of the last addition.
        var touched = 0
    }

    private let rule: TransactionRule
    private(set) var transactions: [Transaction] = []
    /// Rows in no transaction.
    private(set) var orphans: [Int] = []
    private var sequence = 0
    private var open = OpenTransactions()
    /// In the order in which they were added to, where there is a limit on what is open: the first that has not been added
    /// to again goes.
    private var additions = SlidingQueue<(place: Int, touched: Int)>()
    private var openCount = 0
    private var openEvents = 0

    init(_ rule: TransactionRule) {
        self.rule = rule
    }

    /// Adds the next older event. `values` are those of the rule's fields; an event without a time is in no transaction.
    mutating func add(_ row: Int, time: Int64?, values: [Value], isStart: Bool, isEnd: Bool) {
        guard let time else { return orphans.append(row) }
        sequence += 1
        let isBound = isStart || isEnd
        let hasField = rule.fields.isEmpty || values.contains { !$0.isMissing }
        guard hasField || isBound && !(rule.unifiesEnds ?? rule.isConnected) else { return orphans.append(row) }
        var found = match(values)
        if let open = found, !hasRoom(open, for: time) {
            transactions[open].isFull = true
            close(open)
            found = match(values)
            if let other = found, !hasRoom(other, for: time) { found = nil }
        }
        // An end begins a transaction, as time runs backwards here, unless it is also the start that is waited for.
        if isEnd, let open = found {
            if isStart, transactions[open].hasEnd {
                append(row, time, values, to: open)
                transactions[open].hasStart = true
                return close(open)
            }
            close(open)
            found = nil
        }
        let place = found ?? begin(values, at: time)
        append(row, time, values, to: place)
        if isEnd { transactions[place].hasEnd = true }
        if isStart {
            transactions[place].hasStart = true
            close(place)
        } else if rule.maximumEvents > 0, transactions[place].events.count >= rule.maximumEvents {
            transactions[place].isFull = true
            close(place)
        }
        keepWithinLimits()
    }

    /// Whether the transaction is what the rule asks for.
    func isComplete(_ transaction: Transaction) -> Bool {
        if rule.start != nil, !transaction.hasStart { return false }
        if rule.end != nil, !transaction.hasEnd { return false }
        return rule.start != nil || rule.end != nil || transaction.isFull
    }

    private func hasRoom(_ place: Int, for time: Int64) -> Bool {
        let transaction = transactions[place]
        return Self.isWithin(rule.maximumSpan, transaction.newest, time)
            && Self.isWithin(rule.maximumPause, transaction.oldest, time)
    }

    private static func isWithin(_ limit: Int64?, _ later: Int64, _ earlier: Int64) -> Bool {
        guard let limit else { return true }
        let (distance, overflow) = later.subtractingReportingOverflow(earlier)
        return !overflow && distance <= limit
    }

    // MARK: Finding

    /// The open transaction that an event belongs to: of those that contradict none of its values, the one that was
    /// added to last, one that has all of its fields before others.
    private mutating func match(_ values: [Value]) -> Int? {
        let given = values.map { !$0.isMissing }
        if given.allSatisfy(\.self) {
            let whole = open.latest(with: values, of: transactions) { $0.allSatisfy(\.self) }
            if whole != nil { return whole }
        }
        // One with none of the fields belongs to the latest there is.
        if !given.contains(true) {
            let partial = rule.isConnected ? nil : open.latest(with: values, of: transactions) { $0.contains(false) }
            return partial ?? open.latest(with: values, of: transactions) { _ in true }
        }
        let isConnected = rule.isConnected
        return open.latest(with: values, of: transactions) { known in
            !isConnected && known.contains(false) || zip(known, given).contains { $0 && $1 }
        }
    }

    // MARK: Changing

    private mutating func begin(_ values: [Value], at time: Int64) -> Int {
        transactions.append(
            Transaction(values: [Value?](repeating: nil, count: values.count), newest: time, oldest: time))
        openCount += 1
        return transactions.count - 1
    }

    private mutating func append(_ row: Int, _ time: Int64, _ values: [Value], to place: Int) {
        transactions[place].events.append(row)
        transactions[place].oldest = min(transactions[place].oldest, time)
        transactions[place].touched = sequence
        openEvents += 1
        for (field, value) in values.enumerated() where !value.isMissing && transactions[place].values[field] == nil {
            transactions[place].values[field] = value
        }
        open.put(place, of: transactions)
        if rule.maximumOpen != nil || rule.maximumOpenEvents != nil { additions.append((place, sequence)) }
    }

    private mutating func close(_ place: Int) {
        guard transactions[place].isOpen else { return }
        transactions[place].isOpen = false
        openCount -= 1
        openEvents -= transactions[place].events.count
    }

    /// `maxopentxn` and `maxopenevents`: the transaction that was added to longest ago goes.
    private mutating func keepWithinLimits() {
        while openCount > rule.maximumOpen ?? .max || openEvents > rule.maximumOpenEvents ?? .max {
            guard let first = additions.first else { return }
            additions.removeFirst()
            if transactions[first.place].touched == first.touched { close(first.place) }
        }
    }
}
