import Pipeline

/// Reads the options that say how wide ranges are: `span=`, `bins=`, `minspan=`, `start=`, `end=`, `aligntime=`.
struct BinOptions {
    var span: BinSpan?
    var count: Int?
    var minimum: BinSpan?
    var start: Double?
    var end: Double?
    var alignment: String?

    static let names: Set<String> = ["span", "bins", "minspan", "start", "end", "aligntime"]

    /// Whether anything was asked for.
    var isSet: Bool { span != nil || count != nil || minimum != nil || start != nil || end != nil }

    mutating func apply(_ option: Scanner.Argument, in scanner: Scanner) throws(SPLError) {
        switch option.name {
        case "span": span = try Self.span(option, in: scanner)
        case "minspan": minimum = try Self.span(option, in: scanner)
        case "bins":
            let bins = try scanner.count(option)
            guard bins > 1 else {
                throw scanner.error("bins takes a number above 1", "write one", at: option.range)
            }
            count = bins
        case "start": start = try scanner.number(option)
        case "end": end = try scanner.number(option)
        default:
            guard option.value != "earliest", option.value != "latest" else {
                throw scanner.error(
                    "aligntime=\(option.value) needs the bounds of a search, which an archive does not have",
                    "give a time, as aligntime=@d+3h",
                    reason: .unsupportedOption("aligntime=\(option.value)"), at: option.range)
            }
            alignment = option.value
        }
    }

    private static func span(_ option: Scanner.Argument, in scanner: Scanner) throws(SPLError) -> BinSpan {
        guard let span = TimeSpan.parse(option.value) else {
            throw scanner.error(
                "this is no span", "write a number, a length of time as 10m or 1mon, or a logarithm as 2log5",
                at: option.valueRange)
        }
        return span
    }

    func width(defaultCount: Int = Binning.defaultCount) -> Binning.Width {
        if let span { return .span(span) }
        return .count(count ?? defaultCount, minimum: minimum, start: start, end: end)
    }
}

extension CommandSyntax {
    /// `bin`, by its other names `bucket` and `discretize`, and `makecontinuous`.
    static let binning: [CommandSyntax] =
        ["bin", "bucket", "discretize"].map { CommandSyntax($0, parse: parseBin) } + [
            CommandSyntax("makecontinuous", parse: parseContinuity)
        ]

    /// `[options] field [AS name] [options]`
    private static func parseBin(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        let (field, alias, options) = try parseField(&scanner, of: "bin")
        guard let field else { throw scanner.error("bin needs a field", "name it, as bin _time span=1h") }
        return [
            .bin(Binning(field: field, column: alias, width: options.width(), alignment: options.alignment))
        ]
    }

    /// `[field] [options]`
    private static func parseContinuity(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        let (field, alias, options) = try parseField(&scanner, of: "makecontinuous")
        if let alias {
            throw scanner.error("makecontinuous gives no other name", "take AS \(alias) out")
        }
        return [
            .makeContinuous(
                Continuity(
                    field: field ?? Binning.timeField, width: options.width(), alignment: options.alignment))
        ]
    }

    private static func parseField(
        _ scanner: inout Scanner, of command: String
    ) throws(SPLError) -> (field: String?, alias: String?, options: BinOptions) {
        var options = BinOptions()
        var field: String?
        var alias: String?
        while scanner.moveToNextArgument() {
            if let option = try scanner.readOption() {
                guard BinOptions.names.contains(option.name) else {
                    throw scanner.unknown(
                        option, of: command, "it takes " + BinOptions.names.sorted().joined(separator: ", "))
                }
                try options.apply(option, in: scanner)
            } else if field != nil, alias == nil, let name = try scanner.readAlias() {
                // Behind the options, too, as examples of the documentation have it.
                alias = name
            } else {
                guard field == nil else {
                    throw scanner.error("\(command) takes one field", "write options as span=10m")
                }
                field = try scanner.requireNameWithoutWildcard(of: command, "name one field")
                alias = try scanner.readAlias()
            }
        }
        return (field, alias, options)
    }
}
