public import Values

/// A command that looks at rows beside each other, or makes rows and columns anew.
public enum Reshaping: Hashable, Sendable {
    /// `filldown`; no fields: all.
    case fillDown([String])
    /// `mvexpand`: a row for each value, of each row at most so many (0 for all).
    case expansion(field: String, limit: Int)
    /// `mvcombine`: rows that differ in nothing but one field become one. The delimiter is what `nomv` joins its values by.
    case combination(field: String, delimiter: Text)
    /// `addcoltotals` and `addtotals col=true`: a last row of sums.
    case columnTotals(ColumnTotals)
    /// `accum`: a running sum.
    case runningTotal(field: String, column: String)
    /// `delta`: the difference from the row so many before.
    case difference(field: String, column: String, distance: Int)
    /// `autoregress`: values of rows before, each in its column.
    case lags(field: String, [Lag])
    /// `untable`: a row for each cell.
    case untable(key: String, nameColumn: String, valueColumn: String)
    /// `xyseries`: a column for each value of a field.
    case series(Series)
    /// `outlier`: numbers far from the others go, or come near.
    case outliers(OutlierRule)
    /// `trendline`: moving averages.
    case trends([Trend])
    /// `transpose`: rows become columns.
    case transposition(Transposition)
    /// `uniq`: of equal rows that follow each other the first.
    case uniqueRows
    /// `contingency`: how often values of two fields meet.
    case contingency(Contingency)
    /// `concurrency`: how many events are under way when one begins.
    case concurrency(ConcurrencyRule)
    /// `fieldsummary`: a row about each field.
    case summary(FieldSummary)
    /// `tojson`: the row as a JSON object in one field.
    case json(RowJSON)
    /// `multikv`: a row for each line of a table in `_raw`.
    case tables(RawTable)
    /// `set`: what two searches have in common, or not.
    case rowSets(RowSetOperation)
    /// `format`: the text of a search that finds events like the rows.
    case formatted(RowFormat)

    /// A value from an earlier row.
    public struct Lag: Hashable, Sendable {
        /// How many rows before, from 1.
        public var distance: Int
        /// Where the earlier value goes; the first rows, which have none before them, get nothing.
        public var column: String

        /// - Parameter distance: in rows, from 1.
        public init(distance: Int, column: String) {
            self.distance = distance
            self.column = column
        }
    }
}

/// The sums of columns as a row.
public struct ColumnTotals: Hashable, Sendable {
    /// Names, perhaps with `*`; empty for all.
    public var fields: [String]
    /// The column that tells the row from others, if one shall, and what it says there.
    public var labelColumn: String?
    /// What the label column of the row of sums holds.
    public var label: String

    /// - Parameter labelColumn: `nil` for a row without a label.
    public init(fields: [String] = [], labelColumn: String? = nil, label: String = "Total") {
        self.fields = fields
        self.labelColumn = labelColumn
        self.label = label
    }
}

/// `xyseries`.
public struct Series: Hashable, Sendable {
    /// The field whose values are the rows.
    public var key: String
    /// The field whose values name the columns.
    public var nameField: String
    /// The fields whose values are the cells; several make a column each for every name.
    public var valueFields: [String]
    /// How a column is called where there are several value fields: `$AGG$` is the field, `$VAL$` the value of the name
    /// field.
    public var format: String

    /// - Parameter format: counts only where there are several value fields.
    public init(key: String, nameField: String, valueFields: [String], format: String = "$AGG$: $VAL$") {
        self.key = key
        self.nameField = nameField
        self.valueFields = valueFields
        self.format = format
    }
}
