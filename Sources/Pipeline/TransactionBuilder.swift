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
    /// Open transactions that have all fields, by their values.
    private var whole: [[Value]: Int] = [:]
    /// Open transactions by the value of one field; closed ones are left out when they are met.
    private var byValue: [[Value: [Int]]]
    /// The same for open transactions that lack a field.
    private var partialByValue: [[Value: [Int]]]
    /// Open transactions that lack a field, where an event may join one that it shares nothing with.
    private var partial: [Int] = []
    /// The open transactions in the order they were begun in, for the limits on how many there may be.
    private var opened: [Int] = []
    private var openCount = 0
    private var openEvents = 0

    init(_ rule: TransactionRule) {
        self.rule = rule
        byValue = Array(repeating: [:], count: rule.fields.count)
        partialByValue = byValue
    }

    /// Adds the next older event. `values` are those of the rule's fields; an event without a time is in no transaction.
    mutating func add(_ row: Int, time: Int64?, values: [Value], isStart: Bool, isEnd: Bool) {
        guard let time else { return orphans.append(row) }
        sequence += 1
        let isBound = isStart || isEnd
        let hasField = rule.fields.isEmpty || values.contains { !$0.isMissing }
        guard hasField || isBound && !rule.unifiesEnds else { return orphans.append(row) }
        var found = match(values, isBound: isBound)
        if let open = found, !hasRoom(open, for: time) {
            transactions[open].isFull = true
            close(open)
            found = match(values, isBound: isBound)
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
        let place = found ?? open(values, at: time)
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
    /// added to last.
    private mutating func match(_ values: [Value], isBound: Bool) -> Int? {
        guard !rule.fields.isEmpty else { return partial.last { transactions[$0].isOpen } }
        if !values.contains(.missing), let place = whole[values], transactions[place].isOpen { return place }
        var candidates: [Int] = []
        if !rule.isConnected {
            partial.removeAll { !transactions[$0].isOpen || !transactions[$0].values.contains(nil) }
            candidates = partial
        }
        for (field, value) in values.enumerated() where !value.isMissing {
            candidates += Self.open(transactions, among: &partialByValue[field][value], isPartial: true)
        }
        if values.contains(.missing) {
            for (field, value) in values.enumerated() where !value.isMissing {
                candidates += Self.open(transactions, among: &byValue[field][value], isPartial: false)
            }
            // One with none of the fields belongs to the latest there is.
            if candidates.isEmpty, !values.contains(where: { !$0.isMissing }) {
                opened.removeAll { !transactions[$0].isOpen }
                candidates = opened
            }
        }
        let fitting = candidates.filter { fits(values, transactions[$0], isBound: isBound) }
        return fitting.max { transactions[$0].touched < transactions[$1].touched }
    }

    /// What is left of a list when closed transactions are taken out, and whole ones where it is of others.
    private static func open(
        _ transactions: [Transaction], among list: inout [Int]?, isPartial: Bool
    ) -> [Int] {
        guard var open = list else { return [] }
        open.removeAll { place in
            !transactions[place].isOpen || isPartial && !transactions[place].values.contains(nil)
        }
        list = open.isEmpty ? nil : open
        return open
    }

    private func fits(_ values: [Value], _ transaction: Transaction, isBound: Bool) -> Bool {
        guard transaction.isOpen else { return false }
        var shares = false
        for (value, known) in zip(values, transaction.values) where !value.isMissing {
            guard let known else { continue }
            guard known == value else { return false }
            shares = true
        }
        return shares || !rule.isConnected || isBound && !values.contains { !$0.isMissing }
    }

    // MARK: Changing

    private mutating func open(_ values: [Value], at time: Int64) -> Int {
        transactions.append(
            Transaction(values: [Value?](repeating: nil, count: values.count), newest: time, oldest: time))
        let place = transactions.count - 1
        openCount += 1
        if !rule.isConnected || rule.fields.isEmpty { partial.append(place) }
        opened.append(place)
        return place
    }

    private mutating func append(_ row: Int, _ time: Int64, _ values: [Value], to place: Int) {
        transactions[place].events.append(row)
        transactions[place].oldest = min(transactions[place].oldest, time)
        transactions[place].touched = sequence
        openEvents += 1
        var isNew = false
        for (field, value) in values.enumerated() where !value.isMissing && transactions[place].values[field] == nil {
            transactions[place].values[field] = value
            byValue[field][value, default: []].append(place)
            partialByValue[field][value, default: []].append(place)
            isNew = true
        }
        guard isNew else { return }
        let known = transactions[place].values.compactMap(\.self)
        guard known.count == rule.fields.count else { return }
        whole[known] = place
    }

    private mutating func close(_ place: Int) {
        guard transactions[place].isOpen else { return }
        transactions[place].isOpen = false
        openCount -= 1
        openEvents -= transactions[place].events.count
        if rule.fields.isEmpty { partial.removeAll() }
        let known = transactions[place].values.compactMap(\.self)
        if known.count == rule.fields.count, whole[known] == place { whole[known] = nil }
    }

    /// `maxopentxn` and `maxopenevents`: the transaction that was added to longest ago goes.
    private mutating func keepWithinLimits() {
        while openCount > rule.maximumOpen ?? .max || openEvents > rule.maximumOpenEvents ?? .max {
            opened.removeAll { !transactions[$0].isOpen }
            guard let oldest = opened.min(by: { transactions[$0].touched < transactions[$1].touched }) else { return }
            close(oldest)
        }
    }
}
