import YAML

/// A search macro as a content file defines it.
public struct MacroDefinition: Hashable, Sendable {
    /// Without the number of arguments that documents may put behind it.
    public var name: String
    /// Names of the arguments; in the definition they stand as `$name$`.
    public var arguments: [String]
    /// The text that takes a call's place; it may call other macros.
    public var definition: String
    /// For people; empty where there is none.
    public var description: String
    /// As named by the caller; empty where it is from none.
    public var file: String

    /// - Throws: `ContentProblem` where `name` or `definition` is missing.
    init(_ document: YAMLNode, file: String, problems: inout [ContentProblem]) throws(ContentProblem) {
        var reader = DocumentReader(document.mapping ?? YAMLMapping(), file: file)
        name = reader.text("name")
        definition = reader.text("definition")
        description = reader.text("description")
        arguments = reader.texts("arguments")
        self.file = file
        problems += reader.problems
        for key in ["name", "definition"] where document[key]?.text == nil {
            throw ContentProblem(
                .error, file: file, mark: document.mark, reason: "the key \(key) is missing; a macro needs it")
        }
        // Splunk writes the number of arguments behind the name; the list of arguments says it already.
        if name.hasSuffix(")"), let open = name.lastIndex(of: "(") { name = String(name[..<open]) }
    }
}
