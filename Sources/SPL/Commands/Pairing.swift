import Pipeline
import Values

extension CommandSyntax {
    /// `xmlkv`, `extract` (also called `kv`) and `fromjson`.
    static let pairing: [CommandSyntax] = [
        CommandSyntax("xmlkv", parse: parseElements),
        CommandSyntax("extract", parse: parsePairs),
        CommandSyntax("kv", parse: parsePairs),
        CommandSyntax("fromjson", parse: parseMembers),
    ]

    /// `[field] [maxinputs=]`
    private static func parseElements(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var field: String?
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "maxinputs": _ = try scanner.count(argument)
            case nil: try scanner.set(&field, to: argument, of: "xmlkv")
            default: throw scanner.unknown(argument, of: "xmlkv", "it takes maxinputs=")
            }
        }
        return [.extract(.pairs(PairExtraction(field: field ?? "_raw", form: .elements)))]
    }

    /// `[pairdelim= kvdelim=] [limit=] [maxchars=] [mv_add=] [clean_keys=] ...`
    private static func parsePairs(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var format = KeyValueFormat()
        var pairs: String?
        var values: String?
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "pairdelim": pairs = argument.value
            case "kvdelim": values = argument.value
            case "limit": format.maximumPairs = try scanner.count(argument)
            case "maxchars": format.maximumLength = try scanner.count(argument)
            case "mv_add": format.isMultivalue = try scanner.boolean(argument)
            case "clean_keys": format.cleansNames = try scanner.boolean(argument)
            case "reload", "segment", "auto": _ = try scanner.boolean(argument)
            case nil:
                throw scanner.error(
                    "extract by the name of an extraction needs the configuration of a search head",
                    "use pairdelim= and kvdelim=, or rex", reason: .unsupportedConstruct("extraction name"),
                    at: argument.range)
            default:
                throw scanner.unknown(
                    argument, of: "extract", "it takes pairdelim, kvdelim, limit, maxchars, mv_add and clean_keys")
            }
        }
        switch (pairs, values) {
        case (nil, nil): break
        case (let pairs?, let values?) where !pairs.isEmpty && !values.isEmpty:
            format.delimiters = KeyValueFormat.Delimiters(pairs: Text(pairs), values: Text(values))
        default:
            throw scanner.error("pairdelim and kvdelim belong together", "give both, each with a character or more")
        }
        return [.extract(.pairs(PairExtraction(form: .pairs(format))))]
    }

    /// `field [prefix=]`
    private static func parseMembers(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var field: String?
        var prefix = ""
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "prefix": prefix = argument.value
            case nil: try scanner.set(&field, to: argument, of: "fromjson")
            default: throw scanner.unknown(argument, of: "fromjson", "it takes prefix=")
            }
        }
        return [.extract(.pairs(PairExtraction(field: field ?? "_raw", form: .members(prefix: prefix))))]
    }
}
