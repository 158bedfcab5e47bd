/// Search macros by name and number of arguments.
///
/// What is defined here goes before the built-in ones, and the built-in ones before the rule that an undefined
/// `<name>_filter` lets every row through.
public struct MacroLibrary: Hashable, Sendable {
    struct Key: Hashable, Sendable {
        var name: String
        var arity: Int
    }

    struct Definition: Hashable, Sendable {
        var arguments: [String]
        var text: String
    }

    private var definitions: [Key: Definition] = [:]

    /// A library without macros.
    public init() {}

    /// Adds a macro, in place of one with the same name and number of arguments.
    ///
    /// - Parameters:
    ///   - arguments: names that stand as `$name$` in the definition, in the order of a call.
    ///   - definition: the text that takes a call's place; it may call other macros.
    public mutating func define(_ name: String, arguments: [String] = [], definition: String) {
        definitions[Key(name: name, arity: arguments.count)] = Definition(arguments: arguments, text: definition)
    }

    /// The macro that a call of `name` with `arity` arguments means; `nil` where it means none.
    func lookup(_ name: String, arity: Int) -> Definition? {
        let key = Key(name: name, arity: arity)
        if let own = definitions[key] ?? BuiltInMacros.definitions[key] { return own }
        if arity == 0, name.utf8.count > 7, name.hasSuffix("_filter") {
            return Definition(arguments: [], text: "search *")
        }
        return nil
    }

    /// The numbers of arguments with which the name is defined, ascending.
    func arities(of name: String) -> [Int] {
        var found = Set<Int>()
        for key in definitions.keys where key.name == name { found.insert(key.arity) }
        for key in BuiltInMacros.definitions.keys where key.name == name { found.insert(key.arity) }
        return found.sorted()
    }
}
