import Matching
import Pipeline

/// `from`, `datamodel` and `makeresults`, which begin a search.
enum DatasetSyntax {
    /// `datamodel:Model.Dataset`, `datamodel Model.Dataset`, `lookup:table`, `inputlookup:table`.
    static func parseFrom(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        scanner.skipSpace()
        let start = scanner.position
        while let byte = scanner.current, byte.isNameByte { scanner.position += 1 }
        let kind = scanner.slice(start..<scanner.position).lowercased.string
        scanner.skipSpace()
        _ = scanner.take(UInt8(ascii: ":")) || scanner.take(Byte.equals)
        scanner.skipSpace()
        switch kind {
        case "datamodel":
            guard let name = try scanner.readDatasetName(), name.utf8.contains(where: { $0 != Byte.dot }) else {
                throw scanner.error("the data model's name is missing", "write from datamodel:Model.Dataset")
            }
            try scanner.expectEnd("put a pipe before the next command")
            return plan(of: DataModelReference(name, nodeName: nil, fieldNames: []))
        case "lookup", "inputlookup":
            return try LookupSyntax.parseGenerating(&scanner, &context)
        default:
            throw scanner.error(
                "from \(kind) is not supported", "use datamodel: or lookup:",
                reason: .unsupportedConstruct("from something else than a data model or a lookup"),
                at: start..<scanner.position)
        }
    }

    /// `Model Dataset flat`, or `search` in place of `flat`: the fields are then called after their dataset.
    static func parseDataModel(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        scanner.skipSeparators()
        let start = scanner.position
        var words: [String] = []
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case nil: words.append(argument.value)
            case "summariesonly", "allow_old_summaries", "strict_fields": break
            default: throw scanner.unsupported(argument, of: "datamodel")
            }
        }
        guard words.count == 3, ["flat", "search"].contains(words[2].asciiLowercased) else {
            throw scanner.error(
                "datamodel is supported as datamodel Model Dataset flat or search", "use from datamodel:Model.Dataset",
                reason: .unsupportedConstruct("datamodel in another form than flat or search"),
                at: start..<scanner.position)
        }
        let reference = DataModelReference(words[0] + "." + words[1], nodeName: nil, fieldNames: [])
        var result = plan(of: reference)
        if words[2].asciiLowercased == "search" { result.commands = namesAfterDataset(reference) }
        return result
    }

    /// Gives the fields the names that searches over a data model write: the root dataset's before each.
    static func namesAfterDataset(_ reference: DataModelReference) -> [Command] {
        guard let root = reference.prefixes.first else { return [] }
        // What every event has keeps its name.
        let plain = ["host", "source", "sourcetype"].map { Renaming(from: "\(root).\($0)", to: $0) }
        return [.rename([Renaming(from: "*", to: "\(root).*")] + plain)]
    }

    private static func plan(of reference: DataModelReference) -> SearchPlan {
        SearchPlan(
            source: .dataset(model: reference.model, name: reference.dataset), filter: .constant(true), commands: [])
    }
}
