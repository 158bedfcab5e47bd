public import Hunting
import Values

/// Which rules of a hunt have cost what, for people: the dearest first.
public struct ProfileTable {
    var profile: RuleProfile
    var options: ReportOptions

    /// Rules that are named one by one.
    private static let shown = 20

    /// Of the options, the width and the colours count.
    public init(_ profile: RuleProfile, options: ReportOptions) {
        self.profile = profile
        self.options = options
    }

    /// Writes one table, without a flush.
    ///
    /// - Throws: `OutputError` where it can't be written.
    public func write(to output: Output) throws(OutputError) {
        let sorted = profile.byCost
        let total = profile.shared + sorted.reduce(0) { $0 + $1.total }
        let titles = ["ms", "share", "ms own tests", "events", "evaluated", "matched"]
        var table = TextTable(
            columns: titles.map { TextTable.Column($0, alignment: .right, priority: .key) }
                + [TextTable.Column("rule", overflow: .wrap)])
        table.rows = sorted.prefix(Self.shown).map { entry in
            [
                .text(Text(Self.milliseconds(entry.total))), .text(Text(Self.share(entry.total, of: total))),
                .text(Text(Self.milliseconds(entry.ownTests))), .text(Text(Figures.count(entry.events))),
                .text(Text(Figures.count(entry.evaluations))), .text(Text(Figures.count(entry.matches))),
                .text(Text(entry.rule.name.isEmpty ? entry.rule.id : entry.rule.name)),
            ]
        }
        try table.write(to: output, width: options.tableWidth, hasColor: options.hasColor)
        let rest = sorted.dropFirst(Self.shown)
        if !rest.isEmpty {
            let time = Self.milliseconds(rest.reduce(0) { $0 + $1.total })
            try output.write("\(time) ms in \(Figures.count(rest.count, "other rule"))\n")
        }
        let shared = "\(Self.milliseconds(profile.shared)) ms (\(Self.share(profile.shared, of: total)))"
        try output.write("\(shared) in reading fields and in tests that several rules ask for\n")
    }

    /// `1,234.5`.
    private static func milliseconds(_ nanoseconds: Int) -> String {
        let tenths = (nanoseconds + 50_000) / 100_000
        return "\(Figures.count(tenths / 10)).\(tenths % 10)"
    }

    private static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0.0%" }
        let tenths = (part * 1000 + whole / 2) / whole
        return "\(tenths / 10).\(tenths % 10)%"
    }
}
