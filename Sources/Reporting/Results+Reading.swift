import Hunting
import Values

extension Findings {
    /// Calls `body` with each row, one at a time in memory.
    func withEachRow(_ body: ([Value]) throws(OutputError) -> Void) throws(OutputError) {
        var reader = reader()
        do {
            while let row = try reader.next() { try body(row) }
        } catch let error as OutputError {
            throw error
        } catch {
            throw .lostResults(reason: "\(error)")
        }
    }
}

extension MatchedEvents {
    /// Calls `body` with each event, one at a time in memory, in JSON that every reader takes.
    func withEachEvent(_ body: (MatchedEvent) throws(OutputError) -> Void) throws(OutputError) {
        var reader = reader()
        do {
            while var event = try reader.next() {
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
    /// Whether rules have selections, of which matched events tell those that they satisfy.
    var hasSelections: Bool { rules.contains { $0.rule.kind == .sigma } }
}
