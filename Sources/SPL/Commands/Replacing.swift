import Pipeline
import Values

extension CommandSyntax {
    /// `replace`, `fillnull`, `filldown`, `strcat`, `setfields`.
    static let replacing: [CommandSyntax] = [
        CommandSyntax("replace", parse: parseReplacement),
        CommandSyntax("fillnull", parse: parseFilling),
        CommandSyntax("filldown") { scanner, _ throws(SPLError) in [.reshape(.fillDown(try scanner.readNames()))] },
        CommandSyntax("strcat", parse: parseConcatenation),
        CommandSyntax("setfields", parse: parseSetting),
    ]

    /// `pattern WITH text [, pattern WITH text ...] [IN field ...]`
    private static func parseReplacement(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var rules: [ValueReplacement.Rule] = []
        var fields: [String] = []
        while scanner.moveToNextArgument() {
            if !rules.isEmpty, scanner.takeKeyword("in") {
                fields = try scanner.readNames()
                guard !fields.isEmpty else { throw scanner.error("IN needs field names", "name at least one") }
                break
            }
            let start = scanner.position
            let pattern = try readText(&scanner)
            // A comma there, as in published searches, says nothing.
            scanner.skipSeparators()
            guard scanner.takeKeyword("with") else {
                throw scanner.error("WITH was expected here", "write pattern WITH text")
            }
            scanner.skipSpace()
            let replacement = try readText(&scanner)
            guard stars(in: replacement) <= stars(in: pattern) else {
                throw scanner.error(
                    "the new text holds more * than the pattern", "write as many or fewer",
                    at: start..<scanner.position)
            }
            rules.append(ValueReplacement.Rule(pattern: pattern, replacement: replacement))
        }
        guard !rules.isEmpty else {
            throw scanner.error("there is nothing to replace", "write pattern WITH text")
        }
        return [.extract(.replacement(ValueReplacement(rules: rules, fields: fields)))]
    }

    private static func readText(_ scanner: inout Scanner) throws(SPLError) -> Text {
        if scanner.current == Byte.quote { return Text(bytes: try scanner.readQuoted()) }
        guard let name = try scanner.readName() else {
            throw scanner.error("a text is missing here", "write one, in quotation marks if it holds a space")
        }
        return Text(bytes: unescaped(Array(name.utf8)[...]))
    }

    private static func stars(in text: Text) -> Int { text.bytes.count { $0 == Byte.star } }

    /// `[value=text] [field ...]`
    private static func parseFilling(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var value = Text("0")
        var fields: [String] = []
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "value": value = Text(argument.value)
            case nil: fields.append(argument.value)
            default: throw scanner.unknown(argument, of: "fillnull", "it takes value=")
            }
        }
        return [.extract(.filling(value: value, fields: fields))]
    }

    /// `[allrequired=] field | "text" ... new-field`
    private static func parseConcatenation(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var concatenation = FieldConcatenation(parts: [], column: "")
        var last: String?
        while scanner.moveToNextArgument() {
            if let option = try scanner.readOption() {
                guard option.name == "allrequired" else {
                    throw scanner.unknown(option, of: "strcat", "it takes allrequired=")
                }
                concatenation.needsAll = try scanner.boolean(option)
            } else if scanner.current == Byte.quote {
                let text = try scanner.readQuoted()
                concatenation.parts.append(.text(Text(bytes: text)))
                last = text.string
            } else {
                let name = try scanner.requireName()
                concatenation.parts.append(.field(name))
                last = name
            }
        }
        guard let last, concatenation.parts.count >= 2 else {
            throw scanner.error(
                "strcat needs something to join and a field for it", "write field \"text\" field new-field")
        }
        concatenation.parts.removeLast()
        concatenation.column = last
        return [.extract(.concatenation(concatenation))]
    }

    /// `field=value, field="value" ...`
    private static func parseSetting(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var assignments: [Assignment] = []
        while let option = try scanner.readNextOption("write a field and its value, as field=value") {
            // Options have their names in lower case; here it is a field's.
            let name = scanner.slice(option.range.prefix(option.name.utf8.count)).string
            assignments.append(Assignment(column: name, expression: .literal(.text(Text(option.value)))))
        }
        guard !assignments.isEmpty else {
            throw scanner.error("there is nothing to set", "write field=value")
        }
        return [.evaluate(assignments)]
    }
}
