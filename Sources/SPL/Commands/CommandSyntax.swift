import Pipeline

/// How one command is read. A family of commands is one file that adds its own to `CommandSyntax.all`.
struct CommandSyntax: Sendable {
    /// In lower case.
    let name: String
    /// Reads what stands behind the command's name, to the end of the scanner.
    let parse: @Sendable (_ scanner: inout Scanner, _ context: inout CompilationContext) throws(SPLError) -> [Command]

    init(
        _ name: String,
        parse: @escaping @Sendable (inout Scanner, inout CompilationContext) throws(SPLError) -> [Command]
    ) {
        self.name = name
        self.parse = parse
    }

    /// Every command that may follow another, by name.
    static let all: [String: CommandSyntax] = {
        let families: [[CommandSyntax]] = [
            filtering, evaluating, renaming, converting, selecting, ordering, grouping,
            binning, charting, ranking, joiningEvents, refused,
            matching, replacing, multivalues, structured, pairing, iterating, totalling, pivoting, harmless,
        ]
        return Dictionary(families.joined().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }()
}

/// What one command's syntax tells the search as a whole.
struct CompilationContext {
    var notes: [String] = []

    mutating func note(_ sentence: String) {
        if !notes.contains(sentence) { notes.append(sentence) }
    }

    mutating func note(_ sentences: [String]) {
        for sentence in sentences { note(sentence) }
    }
}
