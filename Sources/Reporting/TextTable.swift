import Events
import Hunting
public import Values

/// Rows under columns, for people: aligned where the columns fit the width, else one record after the other with a line a
/// field.
///
/// Long values are cut in the middle, those of key columns last; numbers are never cut and stand on the right. Nothing in
/// a cell can act on a terminal.
public struct TextTable: Sendable {
    /// What is known of a column before any row is seen.
    public struct Column: Sendable {
        /// Stands above the column; it may be wider than all values.
        public var title: String
        /// On which side values stand.
        public var alignment: Alignment
        /// Who gives way where the table is too wide.
        public var priority: Priority
        /// What the values mean, where they are not shown as they are.
        public var content: Content
        /// What becomes of values that are too wide all the same.
        public var overflow: Overflow

        /// - Parameter priority: `nil` for what the title suggests: names of hosts, users, counts and times are keys.
        public init(
            _ title: String, alignment: Alignment = .automatic, priority: Priority? = nil, content: Content = .plain,
            overflow: Overflow = .cut
        ) {
            self.title = title
            self.alignment = alignment
            self.priority = priority ?? Priority(ofColumn: title)
            self.content = content
            self.overflow = overflow
        }
    }

    /// On which side of a column values stand.
    public enum Alignment: Sendable {
        /// Right where every value is a number, left otherwise.
        case automatic
        case left, right
    }

    /// What gives way first where a table is too wide.
    public enum Priority: Sendable {
        /// Tells rows apart, and is shown whole if that can be.
        case key
        /// Gives way first.
        case detail
    }

    /// How values are to be read.
    public enum Content: Sendable {
        case plain
        /// Seconds from the epoch, shown as ISO 8601.
        case time
    }

    /// What becomes of a value that is wider than its column.
    public enum Overflow: Sendable {
        /// Its middle is left out.
        case cut
        /// It goes on below, for a few lines.
        case wrap
        /// Where little of it would be left, it stands below its row, over the whole width.
        case below
    }

    /// From left to right.
    public var columns: [Column]
    /// Each row holds one value for each column; a row that is shorter lacks the rest.
    public var rows: [[Value]]
    /// Whether long values are shown whole, on as many lines as they take, instead of being cut.
    public var showsWhole = false
    /// Where the rows come from if they need not be in memory.
    private var source: RowSource?
    /// What ends the table early.
    private let cut: OutputCut?

    /// Goes through rows from the first on, as long as the first closure allows another one.
    typealias RowReading = @Sendable (() -> Bool, ([Value]) throws(OutputError) -> Void) throws(OutputError) -> Void

    private struct RowSource: Sendable {
        var count: Int
        var forEach: RowReading
    }

    /// - Parameter rows: each with one value for each column, or fewer.
    public init(columns: [Column], rows: [[Value]] = []) {
        self.columns = columns
        self.rows = rows
        cut = nil
    }

    /// Rows that `forEachRow` reads each time it is called: once to measure them, once to write them.
    init(columns: [Column], rowCount: Int, cut: OutputCut, forEachRow: @escaping RowReading) {
        self.columns = columns
        rows = []
        self.cut = cut
        source = RowSource(count: rowCount, forEach: forEachRow)
    }

    var rowCount: Int { source?.count ?? rows.count }

    private func forEachRow(
        while goesOn: () -> Bool, _ body: ([Value]) throws(OutputError) -> Void
    ) throws(OutputError) {
        if let source {
            try source.forEach(goesOn, body)
        } else {
            for row in rows where goesOn() { try body(row) }
        }
    }

    /// Calls `body` with each row that is to be written: those that were measured, as far as there is time.
    func forEachRow(of measured: Int, _ body: ([Value]) throws(OutputError) -> Void) throws(OutputError) {
        var left = measured
        let goesOn = {
            if left == 0 {
                cut?.make()
                return false
            }
            left -= 1
            return cut?.allowsRecord() ?? true
        }
        try forEachRow(while: goesOn, body)
    }

    /// Columns are told by their names: times as such, those that identify a row as keys.
    init(_ set: RowSet, cut: OutputCut) {
        self.init(columns: Self.columns(named: set.columns), rowCount: set.rows.count, cut: cut) {
            goesOn, body throws(OutputError) in
            for row in set.rows {
                guard goesOn() else { return }
                try body(row)
            }
        }
    }

    init(_ findings: Findings, cut: OutputCut) {
        self.init(columns: Self.columns(named: findings.columns), rowCount: findings.count, cut: cut) {
            goesOn, body throws(OutputError) in try findings.withEachRow(while: goesOn, body)
        }
    }

    static func columns(named names: [String]) -> [Column] {
        names.map { Column($0, content: Content(ofColumn: $0), overflow: .below) }
    }

    /// Writes the table, each line at most `width` columns (at least 20) and ended by a line feed. Nothing for no rows.
    ///
    /// - Throws: also what reading the rows throws.
    /// - Complexity: O(bytes in the cells); every cell is measured once and shown once. Memory for one row.
    public func write(to output: Output, width: Int, hasColor: Bool = false) throws(OutputError) {
        guard rowCount > 0, !columns.isEmpty else { return }
        let width = Self.usable(width: width)
        let (measures, count) = try measured()
        let style = Style(hasColor: hasColor)
        if let layout = TableLayout(columns: columns, measures: measures, rowCount: rowCount, width: width) {
            try TableRows(
                table: self, measures: measures, rowCount: count, layout: layout, width: width, style: style
            ).write(to: output)
        } else {
            try TableRecords(table: self, rowCount: count, width: width, style: style).write(to: output)
        }
    }

    /// Less than 20 columns hold nothing readable, and more than 10,000 no terminal has.
    static func usable(width: Int) -> Int { min(max(20, width), 10_000) }

    /// The value as it is shown in one line.
    func display(_ row: [Value], _ index: Int) -> DisplayText {
        guard index < row.count else { return DisplayText("") }
        return display(row[index], as: columns[index].content)
    }

    func display(_ value: Value, as content: Content) -> DisplayText {
        if case .multivalue(let texts) = value {
            var joined: [UInt8] = []
            for (index, text) in texts.enumerated() {
                if index > 0 { joined += [UInt8(ascii: ","), UInt8(ascii: " ")] }
                joined += text.bytes
            }
            return DisplayText(joined)
        }
        guard let text = value.texts.first else { return DisplayText("") }
        if content == .time, let time = EpochText.nanoseconds(text) {
            return DisplayText(Timestamp(nanoseconds: time).iso8601)
        }
        return DisplayText(text.bytes)
    }

    /// What is known of the columns, and of how many rows.
    private func measured() throws(OutputError) -> (measures: [ColumnMeasure], count: Int) {
        var measures = columns.map { ColumnMeasure(title: DisplayText($0.title)) }
        var count = 0
        let goesOn = { cut?.allowsMeasuring() ?? true }
        try forEachRow(while: goesOn) { row throws(OutputError) in
            for index in columns.indices {
                let isNumber = columns[index].content == .plain && index < row.count && row[index].isShownAsNumber
                measures[index].add(display(row, index), isNumber: isNumber)
            }
            count += 1
        }
        return (measures, count)
    }
}

extension TextTable.Content {
    /// What searches call times that they have not converted.
    init(ofColumn title: String) {
        self = [timeColumn, "firstTime", "lastTime"].contains(title) ? .time : .plain
    }
}

extension TextTable.Priority {
    /// Names that identify a row in the Common Information Model and in Sigma's rows.
    init(ofColumn title: String) {
        let keys: Set<String> = [
            "dest", "user", "src", "src_user", "host", "count", timeColumn, "firstTime", "lastTime", "risk_object",
            "risk_score", "severity",
        ]
        self = keys.contains(title) ? .key : .detail
    }
}

extension Value {
    /// Whether the cell is a number or a text of decimal digits, such as a process's identifier.
    var isShownAsNumber: Bool {
        switch self {
        case .number: true
        case .text(let text): text.bytes.count <= 20 && text.bytes.allSatisfy { 0x30...0x39 ~= $0 }
        case .missing, .multivalue: false
        }
    }
}

/// What is known of a column's cells before any is shown.
struct ColumnMeasure {
    var title: DisplayText
    /// The widest of title and cells.
    var width: Int
    var isNumeric = false
    private var rows = 0
    private var filled = 0
    private var numbers = 0
    /// What all rows hold, as long as they agree.
    private(set) var common: DisplayText?

    init(title: DisplayText) {
        self.title = title
        width = title.width
    }

    mutating func add(_ cell: DisplayText, isNumber: Bool) {
        if rows == 0 { common = cell } else if common?.bytes != cell.bytes { common = nil }
        rows += 1
        width = max(width, cell.width)
        guard cell.width > 0 else { return }
        filled += 1
        if isNumber { numbers += 1 }
        isNumeric = numbers == filled
    }
}
