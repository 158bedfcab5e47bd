import Pipeline
import TestRandom
import Testing
import Values

@Suite("Transactions")
struct TransactionTests {
    private static let columns = ["_time", "a", "b", "c", "id", "kind"]

    /// One transaction of a plain look through all that are open.
    private struct PlainTransaction {
        var ids: [Int] = []
        var values: [Text?]
        var newest: Int64
        var oldest: Int64
        var touched = 0
        var hasStart = false
        var hasEnd = false
        var isFull = false
        var isOpen = true
    }

    private struct PlainBuilder {
        let rule: TransactionRule
        var transactions: [PlainTransaction] = []

        private func match(_ values: [Text?]) -> Int? {
            let isEmpty = values.allSatisfy { $0 == nil }
            let open = transactions.indices.filter { place in
                transactions[place].isOpen
                    && zip(transactions[place].values, values).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
            }
            func isWhole(_ place: Int) -> Bool { !transactions[place].values.contains(nil) }
            func shares(_ place: Int) -> Bool {
                zip(transactions[place].values, values).contains { $0 != nil && $1 != nil }
            }
            func latest(_ places: [Int]) -> Int? { places.max { transactions[$0].touched < transactions[$1].touched } }
            if !values.contains(nil), let whole = latest(open.filter(isWhole)) { return whole }
            if isEmpty {
                let partial = rule.isConnected ? nil : latest(open.filter { !isWhole($0) })
                return partial ?? latest(open)
            }
            return latest(open.filter { shares($0) || !rule.isConnected && !isWhole($0) })
        }

        private func hasRoom(_ place: Int, _ time: Int64) -> Bool {
            transactions[place].newest - time <= rule.maximumSpan ?? .max
                && transactions[place].oldest - time <= rule.maximumPause ?? .max
        }

        mutating func add(_ id: Int, _ time: Int64, _ values: [Text?], isStart: Bool, isEnd: Bool, turn: Int) {
            let unifiesEnds = rule.unifiesEnds ?? rule.isConnected
            if values.allSatisfy({ $0 == nil }), !values.isEmpty, !(isStart || isEnd) || unifiesEnds { return }
            var found = match(values)
            if let place = found, !hasRoom(place, time) {
                transactions[place].isFull = true
                transactions[place].isOpen = false
                found = match(values)
                if let other = found, !hasRoom(other, time) { found = nil }
            }
            if isEnd, let place = found {
                transactions[place].isOpen = false
                if isStart, transactions[place].hasEnd {
                    put(id, time, values, in: place, turn)
                    transactions[place].hasStart = true
                    return
                }
                found = nil
            }
            if found == nil {
                transactions.append(PlainTransaction(values: values.map { _ in nil }, newest: time, oldest: time))
            }
            let place = found ?? transactions.count - 1
            put(id, time, values, in: place, turn)
            if isEnd { transactions[place].hasEnd = true }
            if isStart {
                transactions[place].hasStart = true
                transactions[place].isOpen = false
            } else if transactions[place].ids.count >= rule.maximumEvents {
                transactions[place].isFull = true
                transactions[place].isOpen = false
            }
            while true {
                let open = transactions.indices.filter { transactions[$0].isOpen }
                let events = open.reduce(0) { $0 + transactions[$1].ids.count }
                guard open.count > rule.maximumOpen ?? .max || events > rule.maximumOpenEvents ?? .max,
                    let oldest = open.min(by: { transactions[$0].touched < transactions[$1].touched })
                else { break }
                transactions[oldest].isOpen = false
            }
        }

        private mutating func put(_ id: Int, _ time: Int64, _ values: [Text?], in place: Int, _ turn: Int) {
            transactions[place].ids.append(id)
            transactions[place].oldest = time
            transactions[place].touched = turn
            for (field, value) in values.enumerated() where transactions[place].values[field] == nil {
                transactions[place].values[field] = value
            }
        }
    }

    private func rule(_ generator: inout SeededGenerator) -> TransactionRule {
        var rule = TransactionRule(fields: Array(["a", "b", "c"].prefix(generator.below(4))))
        rule.isConnected = generator.once(in: 2)
        rule.unifiesEnds = generator.once(in: 2) ? nil : generator.once(in: 2)
        rule.maximumEvents = generator.pick([2, 5, 1000])
        if generator.once(in: 2) { rule.maximumSpan = Int64(generator.pick([5, 40])) * EpochText.second }
        if generator.once(in: 2) { rule.maximumPause = Int64(generator.pick([2, 10])) * EpochText.second }
        if generator.once(in: 4) { rule.maximumOpen = generator.pick([1, 3]) }
        if generator.once(in: 4) { rule.maximumOpenEvents = generator.pick([3, 8]) }
        if generator.once(in: 2) { rule.start = .expression(.binary(.equal, .field("kind"), text("start"))) }
        if generator.once(in: 2) { rule.end = .expression(.binary(.equal, .field("kind"), text("end"))) }
        rule.keepsEvicted = true
        rule.lists = .fields(["id"])
        return rule
    }

    @Test("An event joins the transaction that a look through all of them finds", arguments: 0..<120)
    func joins(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let rule = rule(&generator)
        var time = 10_000
        var rows: [[Value]] = []
        var plain = PlainBuilder(rule: rule)
        for id in 0..<120 {
            // Later rows are earlier events: of one time the one that was read last comes first.
            time -= generator.below(3) + 1
            let cells: [Value] = (0..<3).map { _ in generator.pick([.missing, .missing, "1", "2", .number(1)]) }
            let kind = generator.pick(["start", "end", "none", "none", "none"])
            rows.append([.text(Text("\(time)"))] + cells + [.text(Text("\(id)")), .text(Text(kind))])
            plain.add(
                id, Int64(time) * EpochText.second, cells.prefix(rule.fields.count).map { $0.texts.first },
                isStart: rule.start != nil && kind == "start", isEnd: rule.end != nil && kind == "end", turn: id)
        }
        let found = try run([.transaction(rule)], Self.columns, rows)
        let closed = try #require(found.columns.firstIndex(of: "closed_txn"))
        let foundTexts = found.rows.map { row in
            "\(row[4].texts.map(\.string).joined(separator: " ")): \(row[closed].texts.map(\.string).joined())"
        }
        let expected = plain.transactions.map { transaction in
            let demandsEnds = rule.start != nil || rule.end != nil
            let lacksEnd = rule.start != nil && !transaction.hasStart || rule.end != nil && !transaction.hasEnd
            let isComplete = !lacksEnd && (demandsEnds || transaction.isFull)
            return "\(transaction.ids.reversed().map(String.init).joined(separator: " ")): \(isComplete ? 1 : 0)"
        }
        #expect(foundTexts.sorted() == expected.sorted(), "\(rule)")
    }

    @Test(
        "a hundred thousand open transactions are no more work than their number", .timeLimit(.minutes(5)),
        arguments: [true, false])
    func manyOpen(isConnected: Bool) throws {
        var rule = TransactionRule(fields: ["a", "b"])
        rule.isConnected = isConnected
        // Each has a value of its own in one field, and all have the same in the other, or none.
        let rows = (0..<100_000).map { number -> [Value] in
            let own = Value.text(Text("\(number)"))
            return switch number % 4 {
            case 0: [.text(Text("\(number)")), own, .missing]
            case 1: [.text(Text("\(number)")), "same", own]
            case 2: [.text(Text("\(number)")), "same", .missing]
            default: [.text(Text("\(number)")), .missing, own]
            }
        }
        let found = try run([.transaction(rule)], ["_time", "a", "b"], rows).rows
        #expect(found.reduce(0) { $0 + ($1[4].singleNumber ?? 0) } == 100_000)
    }
}
