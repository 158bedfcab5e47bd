import Pipeline

extension CommandSyntax {
    /// `untable`, and `xyseries` under both of its names.
    static let pivoting: [CommandSyntax] = [
        CommandSyntax("untable") { scanner, _ throws(SPLError) in
            let names = try scanner.readNames()
            guard names.count == 3 else {
                throw scanner.error("untable takes three fields", "write untable key name value")
            }
            return [.reshape(.untable(key: names[0], nameColumn: names[1], valueColumn: names[2]))]
        },
        CommandSyntax("xyseries", parse: parseSeries),
        CommandSyntax("maketable", parse: parseSeries),
    ]

    /// `[grouped=] key name value ... [sep=] [format=]`
    private static func parseSeries(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var names: [String] = []
        var format: String?
        var separator = ": "
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "grouped": _ = try scanner.boolean(argument)
            case "sep": separator = argument.value
            case "format": format = argument.value
            case nil: names.append(argument.value)
            default: throw scanner.unknown(argument, of: "xyseries", "it takes grouped, sep and format")
            }
        }
        guard names.count >= 3 else {
            throw scanner.error("xyseries takes three fields or more", "write xyseries key name value")
        }
        return [
            .reshape(
                .series(
                    Series(
                        key: names[0], nameField: names[1], valueFields: Array(names[2...]),
                        format: format ?? "$AGG$\(separator)$VAL$")))
        ]
    }
}
