import Pipeline
import Values

/// Times written as `format@seconds`, and read back, so that tests see what was asked for.
struct SampleTimes: TimeRendering {
    func text(of time: Int64, format: [UInt8]) -> [UInt8] {
        format + [UInt8(ascii: "@")] + EpochText.text(nanoseconds: time).bytes
    }

    func time(of text: [UInt8], format: [UInt8]) -> Int64? {
        guard text.starts(with: format + [UInt8(ascii: "@")]) else { return nil }
        return EpochText.nanoseconds(Text(bytes: Array(text[(format.count + 1)...])))
    }

    func shifted(_ time: Int64, by modifier: [UInt8]) -> Int64? {
        NumberText.parse(modifier).map { time + Int64($0) * EpochText.second }
    }
}

let sampleContext = EvaluationContext(now: 1_600_000_000_500_000_000, times: SampleTimes())

/// The value of an expression over one row.
func evaluate(
    _ expression: Expression, _ row: [String: Value] = [:], context: EvaluationContext = sampleContext
) throws -> Value {
    let columns = row.keys.sorted()
    let command = Command.evaluate([Assignment(column: "a column that no row has", expression: expression)])
    var cells = columns.map { row[$0] ?? .missing }
    _ = try RowProgram([command], columns: columns, context: context).apply(to: &cells)
    return cells[columns.count]
}

/// A condition over one row as text: `True`, `False`, or missing for null.
func truth(_ condition: Expression, _ row: [String: Value] = [:]) throws -> Value {
    let text = try evaluate(.call(.tostring, [condition]), row)
    return text == "Null" ? .missing : text
}

func run(_ commands: [Command], _ columns: [String], _ rows: [[Value]], keys: [String] = []) throws -> RowSet {
    try RowPipeline.run(commands, on: RowSet(columns: columns, rows: rows), keys: keys, context: sampleContext)
}

func text(_ text: String) -> Expression { .literal(.text(Text(text))) }

func number(_ number: Double) -> Expression { .literal(.number(number)) }
