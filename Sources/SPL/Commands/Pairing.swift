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
        scanner.skipSeparators()
        while !scanner.isAtEnd {
            if let option = try scanner.readOption() {
                guard option.name == "maxinputs" else {
                    throw scanner.unknown(option, of: "xmlkv", "it takes maxinputs=")
                }
                _ = try scanner.count(option)
            } else if field == nil {
                field = try scanner.requireName()
            } else {
                throw scanner.error("xmlkv takes one field", "write a command for each")
            }
            scanner.skipSeparators()
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
        scanner.skipSeparators()
        while !scanner.isAtEnd {
            guard let option = try scanner.readOption() else {
                let start = scanner.position
                _ = try scanner.requireName()
                throw scanner.error(
                    "extract by the name of an extraction needs the configuration of a search head",
                    "use pairdelim= and kvdelim=, or rex", reason: .unsupportedConstruct("extraction name"),
                    at: start..<scanner.position)
            }
            switch option.name {
            case "pairdelim": pairs = option.value
            case "kvdelim": values = option.value
            case "limit": format.maximumPairs = try scanner.count(option)
            case "maxchars": format.maximumLength = try scanner.count(option)
            case "mv_add": format.isMultivalue = try scanner.boolean(option)
            case "clean_keys": format.cleansNames = try scanner.boolean(option)
            case "reload", "segment", "auto": _ = try scanner.boolean(option)
            default:
                throw scanner.unknown(
                    option, of: "extract", "it takes pairdelim, kvdelim, limit, maxchars, mv_add and clean_keys")
            }
            scanner.skipSeparators()
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
        scanner.skipSeparators()
        while !scanner.isAtEnd {
            if let option = try scanner.readOption() {
                guard option.name == "prefix" else { throw scanner.unknown(option, of: "fromjson", "it takes prefix=") }
                prefix = option.value
            } else if field == nil {
                field = try scanner.requireName()
            } else {
                throw scanner.error("fromjson takes one field", "write a command for each")
            }
            scanner.skipSeparators()
        }
        return [.extract(.pairs(PairExtraction(field: field ?? "_raw", form: .members(prefix: prefix))))]
    }
}
