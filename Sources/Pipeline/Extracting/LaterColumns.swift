import Matching

extension Command {
    /// The commands, each `fillnull` of all fields told which are only made behind it.
    ///
    /// Over events "all fields" are those that the search names. One that a later `rex`, `spath` or look-up gives, and that
    /// nothing reads before it does, is no field of the events: filled, it would keep what those do not find.
    public static func withLaterColumns(_ commands: [Command]) -> [Command] {
        var result = commands
        let end = commands.firstIndex { $0.isTransforming } ?? commands.endIndex
        for index in commands.indices.prefix(end) {
            guard case .extract(.filling(let value, let fields, _)) = commands[index], fields.isEmpty else { continue }
            let later = columnsMadeFirst(by: commands[(index + 1)...])
            if !later.isEmpty { result[index] = .extract(.filling(value: value, fields: [], except: later.sorted())) }
        }
        return result
    }

    /// Columns that commands, the first transforming one included, make before any of them reads one of the name.
    public static func columnsMadeFirst(by commands: some Sequence<Command>) -> Set<String> {
        var read: Set<String> = []
        var made: Set<String> = []
        for command in commands {
            var needed = NeededFields(names: [])
            command.addRequired(to: &needed)
            read.formUnion(needed.names.subtracting(made))
            made.formUnion(command.mayMake.filter { !read.contains($0) })
            if command.isTransforming { break }
        }
        return made
    }

    /// The columns that the command fills where it finds something, and else leaves as they are.
    private var mayMake: [String] {
        switch self {
        case .extract(.pattern(let extraction)):
            (try? RegularExpression(extraction.pattern.bytes))?.groupNames.map(\.name) ?? []
        case .extract(.path(let extraction)): [extraction.column]
        case .lookup(let lookup) where lookup.keepsValues: lookup.outputs.map(\.column)
        default: []
        }
    }
}
