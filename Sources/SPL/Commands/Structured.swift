import Pipeline
import Values

extension CommandSyntax {
    /// `spath` and `xpath`.
    static let structured: [CommandSyntax] = [
        CommandSyntax("spath", parse: parsePath),
        CommandSyntax("xpath", parse: parseXMLPath),
    ]

    /// `[input=field] [output=field] [[path=]path]`
    private static func parsePath(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var input = "_raw"
        var output: (name: String, range: Range<Int>)?
        var path: (text: String, range: Range<Int>)?
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "input": input = argument.value
            case "output": output = (argument.value, argument.range)
            case "path": path = (argument.value, argument.valueRange)
            case nil where path == nil: path = (argument.value, argument.range)
            case nil: throw scanner.error("spath takes one path", "write a command for each", at: argument.range)
            default: throw scanner.unknown(argument, of: "spath", "it takes input, output and path")
            }
        }
        guard let path else {
            if let output {
                throw scanner.error("spath output= needs a path", "write path=, too", at: output.range)
            }
            return [.extract(.pairs(PairExtraction(field: input, form: .document)))]
        }
        guard let parsed = DataPath(path.text) else {
            throw scanner.error(
                "this is no path", "write names parted by dots, with {}, {0} or {@attribute} behind them",
                at: path.range)
        }
        return [
            .extract(.path(PathExtraction(field: input, path: .data(parsed), column: output?.name ?? path.text)))
        ]
    }

    /// `[outfield=field] [field=field] [default=text] "path"`
    private static func parseXMLPath(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var field = "_raw"
        var column = "xpath"
        var otherwise: Text?
        var path: (text: String, range: Range<Int>)?
        while scanner.moveToNextArgument() {
            let start = scanner.position
            if let option = try scanner.readOption() {
                switch option.name {
                case "field": field = option.value
                case "outfield": column = option.value
                case "default": otherwise = Text(option.value)
                default: throw scanner.unknown(option, of: "xpath", "it takes field, outfield and default")
                }
            } else if path == nil {
                path = (try scanner.readPattern().string, start..<scanner.position)
            } else {
                throw scanner.error("xpath takes one path", "write a command for each")
            }
        }
        guard let path else { throw scanner.error("xpath needs a path", "write one in quotation marks") }
        guard let parsed = XMLPath(path.text) else {
            throw scanner.error(
                "this is no path, or uses a part of XPath that is not supported",
                "use /, //, *, @attribute, text(), and predicates as [1] and [@name='x']",
                reason: .unsupportedConstruct("XPath"), at: path.range)
        }
        return [
            .extract(.path(PathExtraction(field: field, path: .xml(parsed), column: column, otherwise: otherwise)))
        ]
    }
}
