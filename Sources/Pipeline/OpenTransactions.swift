import Values

/// Finds, among the open transactions that contradict none of an event's values, the one that was added to last.
///
/// Transactions that know the same fields stand on one shelf, once for each choice of these fields that events were
/// compared by, under the values that they have for it. A transaction that is added to is put on top again; what it was
/// before stays below and is passed over once it is met. So an event costs as much as there are shelves, which the number
/// of fields limits, however many transactions are open.
struct OpenTransactions {
    /// Of the fields of the rule in their order: whether it is one of those that are meant.
    typealias Choice = [Bool]

    private struct Entry {
        var place: Int
        /// What ``TransactionBuilder/Transaction/touched`` was: another one means that this entry is of the past.
        var touched: Int

        func isCurrent(_ transactions: [TransactionBuilder.Transaction]) -> Bool {
            transactions[place].isOpen && transactions[place].touched == touched
        }
    }

    private struct Shelf {
        var known: Choice
        /// In the order in which they were added to.
        var entries: [Entry] = []
        /// How many there may be until those of the past are taken out.
        var limit = 64
        var arrangements: [Arrangement] = []
    }

    /// What stands on a shelf by the values of some of the fields, each list in the order of ``Shelf/entries``.
    private struct Arrangement {
        var choice: Choice
        var byValues: [[Value]: [Entry]] = [:]
    }

    private var shelves: [Shelf] = []
    private var places: [Choice: Int] = [:]

    /// Remembers that a transaction was added to, the last of all.
    mutating func put(_ place: Int, of transactions: [TransactionBuilder.Transaction]) {
        let values = transactions[place].values
        let known = values.map { $0 != nil }
        let entry = Entry(place: place, touched: transactions[place].touched)
        let shelf = places[known] ?? shelves.count
        if shelf == shelves.count {
            shelves.append(Shelf(known: known))
            places[known] = shelf
        }
        shelves[shelf].entries.append(entry)
        if shelves[shelf].entries.count > shelves[shelf].limit {
            shelves[shelf].entries.removeAll { !$0.isCurrent(transactions) }
            shelves[shelf].limit = max(64, shelves[shelf].entries.count * 2)
        }
        let held = values.map { $0 ?? .missing }
        for place in shelves[shelf].arrangements.indices {
            let key = Self.values(held, of: shelves[shelf].arrangements[place].choice)
            shelves[shelf].arrangements[place].byValues[key, default: []].append(entry)
        }
    }

    /// The transaction that was added to last of those that have the event's values, where they have any, and know the
    /// right fields.
    mutating func latest(
        with values: [Value], of transactions: [TransactionBuilder.Transaction], where isWanted: (Choice) -> Bool
    ) -> Int? {
        var latest: Entry?
        for shelf in shelves.indices where isWanted(shelves[shelf].known) {
            let shared = zip(shelves[shelf].known, values).map { $0 && !$1.isMissing }
            let place = arrangement(of: shelf, by: shared, transactions)
            let key = Self.values(values, of: shared)
            while let entry = shelves[shelf].arrangements[place].byValues[key]?.last {
                if entry.isCurrent(transactions) {
                    if entry.touched > latest?.touched ?? -1 { latest = entry }
                    break
                }
                shelves[shelf].arrangements[place].byValues[key]?.removeLast()
            }
        }
        return latest?.place
    }

    /// Where the arrangement by a choice of fields is, which is made when it is asked for first.
    private mutating func arrangement(
        of shelf: Int, by choice: Choice, _ transactions: [TransactionBuilder.Transaction]
    ) -> Int {
        if let place = shelves[shelf].arrangements.firstIndex(where: { $0.choice == choice }) { return place }
        var arrangement = Arrangement(choice: choice)
        for entry in shelves[shelf].entries where entry.isCurrent(transactions) {
            let values = transactions[entry.place].values.map { $0 ?? .missing }
            arrangement.byValues[Self.values(values, of: choice), default: []].append(entry)
        }
        shelves[shelf].arrangements.append(arrangement)
        return shelves[shelf].arrangements.count - 1
    }

    private static func values(_ values: [Value], of choice: Choice) -> [Value] {
        zip(values, choice).compactMap { $1 ? $0 : nil }
    }
}
