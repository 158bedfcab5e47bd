/// The nodes of fields by variant, -1 for none: a row for all variants.
///
/// A dataset has a row for each of its sources and fields, of which most are the same, above all that of what is nowhere: with
/// all rules there are sixty thousand, of which seven thousand differ. Each is kept once.
struct RootRows {
    /// A row, by number.
    typealias Row = Int32

    /// The row of what no variant has.
    static let absent: Row = 0

    /// How many nodes a row has: one for each variant.
    let width: Int
    /// All rows, one behind the other.
    private(set) var nodes: [Int32]
    private var known: [[Int32]: Row]

    init(width: Int) {
        self.width = width
        nodes = [Int32](repeating: -1, count: width)
        known = [nodes: Self.absent]
    }

    /// The number of a row, which is added where there is none like it.
    mutating func number(of row: [Int32]) -> Row {
        precondition(row.count == width)
        if let known = known[row] { return known }
        let number = Row(known.count)
        known[row] = number
        nodes += row
        return number
    }

    subscript(row: Row) -> ArraySlice<Int32> { nodes[Int(row) * width..<(Int(row) + 1) * width] }

    var indices: Range<Row> { 0..<Row(known.count) }
}
