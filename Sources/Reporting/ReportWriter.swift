public import Hunting

/// The forms in which results are told.
public enum ReportFormat: String, CaseIterable, Sendable {
    /// For people.
    case table
    /// One JSON object a line, `type` first.
    case jsonl
    /// One JSON document.
    case json
    /// RFC 4180.
    case csv
}

/// How results are told.
public struct ReportOptions: Sendable {
    /// Columns that a table may take; less than 20 counts as 20.
    public var width = Terminal.defaultWidth
    /// Whether a table may hold colours. Whether there is a terminal is the caller's to know.
    public var hasColor = false
    /// Whether every rule is listed with what became of it.
    public var listsRules = false
    /// Whether a table shows long values whole, on as many lines as they take.
    public var showsWhole = false
    /// Whether a CSV cell that a spreadsheet would take for a formula gets an apostrophe in front.
    public var isCSVSafe = false
    /// What the one table of a CSV file holds.
    public var csvContent = CSVContent.findings
    /// What the writing looks at before each record: it is cut short where that asks for the end.
    public var interruption: Interruption?

    /// The tables that a CSV file may hold, of which it holds one.
    public enum CSVContent: String, CaseIterable, Sendable {
        case findings, matches, risk, notables, rules
    }

    /// For people, eighty columns wide and without colours; findings in CSV.
    public init() {}

    var tableWidth: Int { TextTable.usable(width: width) }
}

/// Writes what a hunt found in one of the formats.
///
/// Bytes that are not UTF-8 become U+FFFD. No control character and nothing that reorders text reaches the output raw but
/// line ends and, inside a CSV cell, line feeds and tabs: JSON has them as `\u` escapes, which lose nothing, tables and CSV
/// as visible ones, `\x1b`, `\u{202e}`.
public struct ReportWriter: Sendable {
    /// One of the forms; the options that do not concern it have no effect.
    public var format: ReportFormat
    /// Width, colours and what is told.
    public var options: ReportOptions

    /// - Parameter options: without a terminal's width and colours where none are given.
    public init(format: ReportFormat, options: ReportOptions = ReportOptions()) {
        self.format = format
        self.options = options
    }

    /// Writes the report and flushes. Memory beyond the report itself: the buffer and one record.
    ///
    /// - Returns: whether all was written; else records are left out, as the summary says, where there is one.
    @discardableResult
    public func write(_ report: HuntReport, to output: Output) throws(OutputError) -> Bool {
        let cut = OutputCut(options.interruption)
        switch format {
        case .table: try TableReport(report: report, options: options, cut: cut).write(to: output)
        case .jsonl: try JSONLinesReport(report: report, options: options, cut: cut).write(to: output)
        case .json: try JSONDocumentReport(report: report, options: options, cut: cut).write(to: output)
        case .csv: try CSVReport(report: report, options: options, cut: cut).write(to: output)
        }
        try output.flush()
        return !cut.isMade
    }
}
