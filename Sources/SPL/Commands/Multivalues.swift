import Pipeline
import Values

extension CommandSyntax {
    /// `makemv`, `nomv`, `mvexpand`, `mvcombine`.
    static let multivalues: [CommandSyntax] = [
        CommandSyntax("makemv", parse: parseSplitting),
        CommandSyntax("nomv") { scanner, _ throws(SPLError) in
            scanner.skipSpace()
            let field = try scanner.requireName()
            try scanner.expectEnd("nomv takes one field")
            return [.extract(.joining(field: field, delimiter: nil))]
        },
        CommandSyntax("mvexpand", parse: parseExpansion),
        CommandSyntax("mvcombine", parse: parseCombination),
    ]

    /// `[delim=text | tokenizer=pattern] [allowempty=] [setsv=] field`
    private static func parseSplitting(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var field: String?
        var separation = ValueSplitting.Separation.delimiter(" ")
        var keepsEmpty = false
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "delim": separation = .delimiter(Text(bytes: withControls(Array(argument.value.utf8))))
            case "tokenizer": separation = .tokens(Text(argument.value))
            case "setsv": _ = try scanner.boolean(argument)
            case "allowempty": keepsEmpty = try scanner.boolean(argument)
            case nil: try scanner.set(&field, to: argument, of: "makemv")
            default:
                throw scanner.unknown(argument, of: "makemv", "it takes delim, tokenizer, allowempty and setsv")
            }
        }
        guard let field else { throw scanner.error("makemv needs a field", "name one") }
        return [.extract(.splitting(ValueSplitting(field: field, separation: separation, keepsEmpty: keepsEmpty)))]
    }

    /// `\n`, `\r` and `\t` in a delimiter are the characters that they name.
    private static func withControls(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            let controls: [UInt8: UInt8] = [
                UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
            ]
            if byte == Byte.backslash, let next = rest.first, let control = controls[next] {
                result.append(control)
                rest.removeFirst()
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// `field [limit=]`
    private static func parseExpansion(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var field: String?
        var limit = 0
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "limit": limit = try scanner.count(argument)
            case nil: try scanner.set(&field, to: argument, of: "mvexpand")
            default: throw scanner.unknown(argument, of: "mvexpand", "it takes limit=")
            }
        }
        guard let field else { throw scanner.error("mvexpand needs a field", "name one") }
        return [.reshape(.expansion(field: field, limit: limit))]
    }

    /// `[delim=text] field`
    private static func parseCombination(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var field: String?
        var delimiter = Text(" ")
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "delim": delimiter = Text(bytes: withControls(Array(argument.value.utf8)))
            case nil: try scanner.set(&field, to: argument, of: "mvcombine")
            default: throw scanner.unknown(argument, of: "mvcombine", "it takes delim=")
            }
        }
        guard let field else { throw scanner.error("mvcombine needs a field", "name one") }
        return [.reshape(.combination(field: field, delimiter: delimiter))]
    }
}
