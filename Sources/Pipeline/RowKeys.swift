import Aggregation
import Values

/// The fields by which rows are grouped, joined or looked up.
struct RowKeys: Sendable {
    /// `nil` for a field that no row has.
    private let columns: [Int?]

    init(_ fields: [String], columns: [String]) {
        let index = ColumnIndex(columns)
        self.columns = fields.map { index[$0] }
    }

    init(columns: [Int?]) {
        self.columns = columns
    }

    /// The values of each field.
    func values(of row: [Value]) -> [[Text]] {
        columns.map { $0.map { row[$0].texts } ?? [] }
    }

    /// Each choice of one value of each field: several where a field is multivalue, none where one is missing.
    func combinations(of row: [Value]) -> Combinations { Combinations(values(of: row)) }
}

extension PipelineEnvironment {
    /// Says that rows were passed over whose fields have too many values together.
    func noteExcess(_ rows: Int, for command: String) {
        guard rows > 0 else { return }
        note("\(command) passed over \(rows) rows: their multivalue by-fields \(Combinations.excess)")
    }
}
