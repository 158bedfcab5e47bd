import Pipeline

extension CommandSyntax {
    /// `fields` and `table`.
    static let selecting: [CommandSyntax] = [
        CommandSyntax("fields", parse: parseFields),
        CommandSyntax("table", parse: parseTable),
    ]

    /// `[+|-] name, name* ...`
    private static func parseFields(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        scanner.skipSpace()
        let removes = scanner.take(Byte.minus)
        if !removes { _ = scanner.take(Byte.plus) }
        return [.fields(keep: !removes, try names(&scanner, of: "fields"))]
    }

    private static func parseTable(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        [.table(try names(&scanner, of: "table"))]
    }

    private static func names(_ scanner: inout Scanner, of command: String) throws(SPLError) -> [String] {
        let names = try scanner.readNames()
        guard !names.isEmpty else {
            throw scanner.error("\(command) needs field names", "name at least one")
        }
        return names
    }
}
