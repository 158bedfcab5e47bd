import Hunting
import Values

extension Findings {
    /// Calls `body` with each row, one at a time in memory, as long as `goesOn` allows another one.
    func withEachRow(
        while goesOn: () -> Bool, _ body: ([Value]) throws(OutputError) -> Void
    ) throws(OutputError) {
        var reader = reader()
        do {
            while let row = try reader.next(), goesOn() { try body(row) }
        } catch let error as OutputError {
            throw error
        } catch {
            throw .lostResults(reason: "\(error)")
        }
    }
}

extension MatchedEvents {
    /// Calls `body` with each event, one at a time in memory, in JSON that every reader takes, as long as `goesOn` allows
    /// another one.
    func withEachEvent(
        while goesOn: () -> Bool, _ body: (MatchedEvent) throws(OutputError) -> Void
    ) throws(OutputError) {
        var reader = reader()
        do {
            while var event = try reader.next(), goesOn() {
                event.event = event.event.withoutLoneSurrogates
                try body(event)
            }
        } catch let error as OutputError {
            throw error
        } catch {
            throw .lostResults(reason: "\(error)")
        }
    }
}

extension [String] {
    /// Of archives that were not read whole, those that are named one by one; their number is in the summary.
    var named: ArraySlice<String> { prefix(100) }
}

extension HuntReport {
    /// Whether it is that of a search given directly, and of no rule.
    var isOfSearch: Bool { !rules.isEmpty && rules.allSatisfy { $0.rule.kind == .search } }

    /// Whether rules have selections, of which matched events tell those that they satisfy.
    var hasSelections: Bool { rules.contains { $0.rule.kind == .sigma } }
}
