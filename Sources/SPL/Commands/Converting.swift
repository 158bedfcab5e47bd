import Pipeline

extension CommandSyntax {
    /// `convert`.
    static let converting: [CommandSyntax] = [CommandSyntax("convert", parse: parseConversion)]

    /// `[timeformat=text] function(field) [AS field], ...`
    private static func parseConversion(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var conversion = Conversion(calls: [])
        while scanner.moveToNextArgument() {
            if let option = try scanner.readOption() {
                guard option.name == "timeformat" else {
                    throw scanner.unknown(option, of: "convert", "it takes timeformat=")
                }
                conversion.timeFormat = option.value
            } else {
                conversion.calls.append(try parseCall(&scanner))
            }
        }
        guard !conversion.calls.isEmpty else {
            throw scanner.error("there is nothing to convert", "write a function with a field, as ctime(_time)")
        }
        return [.convert(conversion)]
    }

    private static func parseCall(_ scanner: inout Scanner) throws(SPLError) -> Conversion.Call {
        let start = scanner.position
        while scanner.current?.isNameByte == true { scanner.position += 1 }
        let range = start..<scanner.position
        let name = scanner.slice(range).string
        guard !range.isEmpty, scanner.nextSolid == Byte.open else {
            throw scanner.error(
                "a conversion was expected here", "write a function with a field, as ctime(_time)",
                at: range.isEmpty ? nil : range)
        }
        guard let function = Conversion.Function(rawValue: name.asciiLowercased) else {
            throw scanner.error(
                "convert has no function \(name)",
                "use one of "
                    + Conversion.Function.allCases.map(\.rawValue).joined(separator: ", "),
                reason: .unsupportedFunction(name), at: range)
        }
        scanner.skipSpace()
        scanner.position += 1
        scanner.skipSpace()
        guard let field = try scanner.readName() else {
            throw scanner.error("\(name) needs a field", "name one between the parentheses")
        }
        try scanner.expect(Byte.close, "close \(name)(")
        let alias = try scanner.readAlias()
        let stars = { (name: String) in name.utf8.count { $0 == Byte.star } }
        if let alias, stars(alias) > 0 || stars(field) > 0, stars(alias) != stars(field) {
            throw scanner.error(
                "\(alias) has not as many wildcards as \(field)", "write as many * in both",
                at: start..<scanner.position)
        }
        return Conversion.Call(function: function, field: field, column: alias)
    }
}
