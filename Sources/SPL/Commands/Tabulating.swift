import Pipeline
import Values

extension CommandSyntax {
    /// Commands that make another table of the rows: `transpose`, `uniq`, `contingency`, `fieldsummary`, `tojson`,
    /// `multikv`.
    static let tabulating: [CommandSyntax] =
        ["contingency", "counttable", "ctable"].map { CommandSyntax($0, parse: parseContingency) } + [
            CommandSyntax("transpose", parse: parseTransposition),
            CommandSyntax("fieldsummary", parse: parseSummary),
            CommandSyntax("tojson", parse: parseJSON),
            CommandSyntax("multikv", parse: parseTables),
            CommandSyntax("uniq") { scanner, _ throws(SPLError) in
                try scanner.expectEnd("uniq takes nothing")
                return [.reshape(.uniqueRows)]
            },
        ]

    /// `[number] [column_name=] [header_field=] [include_empty=]`
    private static func parseTransposition(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var transposition = Transposition()
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "column_name": transposition.nameColumn = argument.value
            case "header_field": transposition.headerField = argument.value
            case "include_empty": transposition.includesEmpty = try scanner.boolean(argument)
            case nil:
                guard let count = Int(argument.value), count >= 0 else {
                    throw scanner.error(
                        "transpose takes a number of rows", "write one, 0 for all", at: argument.range)
                }
                transposition.limit = count
            default:
                throw scanner.unknown(argument, of: "transpose", "it takes column_name, header_field and include_empty")
            }
        }
        return [.reshape(.transposition(transposition))]
    }

    /// `[maxrows=] [maxcols=] [minrowcover=] [mincolcover=] [usetotal=] [totalstr=] field field`
    private static func parseContingency(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var table = Contingency(rows: "", columns: "")
        var names: [String] = []
        var usesTotal = true
        var total = "TOTAL"
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "maxrows": table.maximumRows = try scanner.count(argument)
            case "maxcols": table.maximumColumns = try scanner.count(argument)
            case "minrowcover": table.rowCover = try scanner.number(argument)
            case "mincolcover": table.columnCover = try scanner.number(argument)
            case "usetotal": usesTotal = try scanner.boolean(argument)
            case "totalstr": total = argument.value
            case nil: names.append(argument.value)
            default:
                throw scanner.unknown(
                    argument, of: "contingency",
                    "it takes maxrows, maxcols, minrowcover, mincolcover, usetotal and totalstr")
            }
        }
        guard names.count == 2 else { throw scanner.error("contingency takes two fields", "name both") }
        (table.rows, table.columns) = (names[0], names[1])
        table.total = usesTotal ? total : nil
        return [.reshape(.contingency(table))]
    }

    /// `[maxvals=] [field ...]`
    private static func parseSummary(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var summary = FieldSummary()
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "maxvals": summary.maximumValues = try scanner.count(argument)
            case nil: summary.fields.append(argument.value)
            default: throw scanner.unknown(argument, of: "fieldsummary", "it takes maxvals")
            }
        }
        return [.reshape(.summary(summary))]
    }

    /// `[auto(field) ...] [default_type=] [fill_null=] [include_internal=] [output_field=]`
    private static func parseJSON(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var json = RowJSON()
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "default_type":
                guard let kind = RowJSON.Kind(rawValue: argument.value.asciiLowercased) else {
                    throw scanner.error(
                        "tojson knows no type \(argument.value)", "use auto, bool, json, none, num or str",
                        at: argument.range)
                }
                json.kind = kind
            case "fill_null": json.fillsMissing = try scanner.boolean(argument)
            case "include_internal": json.includesInternal = try scanner.boolean(argument)
            case "output_field": json.column = argument.value
            case nil: json.fields.append(try field(of: argument, in: scanner))
            default:
                throw scanner.unknown(
                    argument, of: "tojson", "it takes default_type, fill_null, include_internal and output_field")
            }
        }
        return [.reshape(.json(json))]
    }

    /// `type(field)`
    private static func field(
        of argument: Scanner.Argument, in scanner: Scanner
    ) throws(SPLError) -> RowJSON.Field {
        let parts = argument.value.split(separator: "(", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[1].hasSuffix(")"), let kind = RowJSON.Kind(rawValue: parts[0].asciiLowercased)
        else {
            throw scanner.error(
                "this is no field of tojson", "write its type, too, as auto(field) or num(field)", at: argument.range)
        }
        return RowJSON.Field(name: String(parts[1].dropLast()), kind: kind)
    }

    /// `[forceheader=] [noheader=] [rmorig=] [copyattrs=] [multitable=] [fields name ...] [filter text ...]`
    private static func parseTables(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        enum List { case none, fields, filter }
        var table = RawTable()
        var list = List.none
        while scanner.moveToNextArgument() {
            if let option = try scanner.readOption() {
                switch option.name {
                case "forceheader":
                    table.headerLine = try scanner.count(option)
                    guard table.headerLine != 0 else {
                        throw scanner.error("lines are counted from 1", "write another number", at: option.range)
                    }
                case "noheader": table.hasNoHeader = try scanner.boolean(option)
                case "rmorig": table.removesOriginal = try scanner.boolean(option)
                case "copyattrs": table.copiesFields = try scanner.boolean(option)
                // A text is one table here, which is what the option says where it is false.
                case "multitable": _ = try scanner.boolean(option)
                case "conf":
                    throw scanner.error(
                        "multikv conf= needs the configuration of a search head", "take it out",
                        reason: .unsupportedOption("conf"), at: option.range)
                default:
                    throw scanner.unknown(
                        option, of: "multikv",
                        "it takes forceheader, noheader, rmorig, copyattrs, fields and filter")
                }
                list = .none
            } else if scanner.takeKeyword("fields") {
                list = .fields
            } else if scanner.takeKeyword("filter") {
                list = .filter
            } else {
                let start = scanner.position
                let word = try scanner.requireName()
                switch list {
                case .fields: table.fields.append(word)
                case .filter: table.filter.append(Text(word))
                case .none:
                    throw scanner.error(
                        "this was not expected here", "write fields or filter before names",
                        at: start..<scanner.position)
                }
            }
        }
        return [.reshape(.tables(table))]
    }
}
