/// Rows under named columns: what a search ends with.
public struct RowSet: Hashable, Sendable {
    /// Column names, in the order in which they are shown. No name occurs twice.
    public var columns: [String]
    /// Each row holds one value for each column.
    public var rows: [[Value]]

    /// - Parameter rows: each with as many values as there are columns.
    public init(columns: [String] = [], rows: [[Value]] = []) {
        self.columns = columns
        self.rows = rows
    }
}
