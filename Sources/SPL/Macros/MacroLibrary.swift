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

    /// Adds everything that `other` defines, in place of what is here.
    public mutating func merge(_ other: MacroLibrary) {
        definitions.merge(other.definitions) { _, new in new }
    }

    /// How many macros were defined; the built-in ones do not count.
    public var count: Int { definitions.count }

    /// The macro that a call of `name` with `arity` arguments means, or `nil`.
    public func macro(named name: String, arity: Int) -> UsedMacro? {
        guard let found = lookup(name, arity: arity) else { return nil }
        return UsedMacro(name: name, arguments: found.arguments, definition: found.text)
    }

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
