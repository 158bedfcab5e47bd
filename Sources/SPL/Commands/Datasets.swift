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
            guard let name = try scanner.readName(), name.utf8.contains(where: { $0 != Byte.dot }) else {
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

    /// `Model Dataset flat`.
    static func parseDataModel(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        scanner.skipSeparators()
        let start = scanner.position
        var words: [String] = []
        while let option = try scanner.readOption() {
            guard ["summariesonly", "allow_old_summaries", "strict_fields"].contains(option.name) else {
                throw scanner.unsupported(option, of: "datamodel")
            }
            scanner.skipSeparators()
        }
        while let word = try scanner.readName() {
            words.append(word)
            scanner.skipSeparators()
        }
        guard words.count == 3, words[2].asciiLowercased == "flat" else {
            throw scanner.error(
                "datamodel is supported as datamodel Model Dataset flat", "use from datamodel:Model.Dataset",
                reason: .unsupportedConstruct("datamodel in another form than flat"), at: start..<scanner.position)
        }
        return plan(of: DataModelReference(words[0] + "." + words[1], nodeName: nil, fieldNames: []))
    }

    private static func plan(of reference: DataModelReference) -> SearchPlan {
        SearchPlan(
            source: .dataset(model: reference.model, name: reference.dataset), filter: .constant(true), commands: [])
    }

    /// The most rows that `makeresults` makes.
    private static let largestCount = 1_000_000

    /// `[count=]`: rows that hold nothing but the time of the search.
    static func parseMakeResults(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        var count = 1
        scanner.skipSeparators()
        while let option = try scanner.readOption() {
            guard option.name == "count" else { throw scanner.unsupported(option, of: "makeresults") }
            count = try scanner.count(option)
            guard count <= largestCount else {
                throw scanner.error(
                    "makeresults makes at most \(largestCount) rows", "give a smaller number",
                    at: option.valueStart..<option.range.upperBound)
            }
            scanner.skipSeparators()
        }
        try scanner.expectEnd("makeresults takes count=")
        return SearchPlan(
            source: .rows(count: count), filter: .constant(true),
            commands: [.evaluate([Assignment(column: "_time", expression: .call(.now, []))])])
    }
}
