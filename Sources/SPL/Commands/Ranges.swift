import Pipeline
import Values

extension CommandSyntax {
    /// `rangemap`.
    static let ranging: [CommandSyntax] = [CommandSyntax("rangemap", parse: parseRanges)]

    /// `field=name range=number-number ... [default=text]`: the names of the ranges that the field's value is in.
    private static func parseRanges(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var field: String?
        var otherwise = "None"
        var ranges: [(name: String, lowest: Double, highest: Double)] = []
        while let option = try scanner.readNextOption("write field=name, ranges as low=1-10, and default=text") {
            switch option.name {
            case "field": field = option.value
            case "default": otherwise = option.value
            default:
                guard let bounds = bounds(of: option.value) else {
                    throw scanner.error(
                        "\(option.value) is no range", "write two numbers, as \(option.name)=1-10",
                        at: option.valueRange)
                }
                ranges.append((option.name, bounds.lowest, bounds.highest))
            }
        }
        guard let field else { throw scanner.error("rangemap needs a field", "name it as field=name") }
        let value = Expression.field(field)
        let names = ranges.map { range in
            Expression.call(
                .ifThen,
                [
                    .binary(
                        .and, .binary(.greaterOrEqual, value, .literal(.number(range.lowest))),
                        .binary(.lessOrEqual, value, .literal(.number(range.highest)))),
                    .literal(.text(Text(range.name))), .call(.null, []),
                ])
        }
        let others = Expression.literal(.text(Text(otherwise)))
        let found = names.isEmpty ? others : .call(.coalesce, [.call(.mvappend, names), others])
        return [.evaluate([Assignment(column: "range", expression: found)])]
    }

    /// `1-10`, `-5--1`, `0.5-2`.
    private static func bounds(of text: String) -> (lowest: Double, highest: Double)? {
        let bytes = Array(text.utf8)
        guard let dash = bytes.dropFirst().firstIndex(of: Byte.minus),
            let lowest = NumberText.parse(Array(bytes[..<dash])),
            let highest = NumberText.parse(Array(bytes[(dash + 1)...])), lowest <= highest
        else { return nil }
        return (lowest, highest)
    }
}
