import Matching
import Pipeline

/// Turns the text of a search into a plan.
public enum SearchCompiler {
    /// Expands macros, parses and plans.
    ///
    /// A search begins with `| tstats`, with `| search`, with search terms, or with a command that works on every event:
    /// `stats count by Channel` is `search * | stats count by Channel`, with a pipe before it or without. To look for a
    /// word that is also the name of a command, it stands in quotation marks.
    ///
    /// - Throws: `SPLError` with the place in `text`, for what is malformed and for what can't be run.
    /// - Complexity: linear in the length of the expanded text, which is limited.
    public static func compile(
        _ text: String, macros: MacroLibrary = MacroLibrary()
    ) throws(SPLError) -> CompiledSearch {
        let (expanded, used) = try MacroExpander.expand(text, with: macros)
        let segments = try PipelineSplitter.split(expanded)
        var compilation = Compilation(text: expanded)
        var rest = segments[...]
        let first = trimmed(rest.removeFirst(), in: expanded)
        if !first.isEmpty {
            try compilation.beginWithTerms(first)
        } else if let command = rest.popFirst() {
            try compilation.beginWithCommand(trimmed(command, in: expanded))
        } else {
            throw Scanner(expanded, range: first).error("the search is empty", "write one")
        }
        for segment in rest { try compilation.add(trimmed(segment, in: expanded)) }
        compilation.plan.commands = Command.withKnownColumns(compilation.plan.commands)
        return CompiledSearch(
            plan: compilation.plan, timeRange: compilation.timeRange, macros: used, notes: compilation.context.notes,
            expandedText: expanded.bytes.string)
    }

    private static func trimmed(_ range: Range<Int>, in text: ExpandedText) -> Range<Int> {
        let slice = trimmingSpace(text.bytes[range])
        return slice.isEmpty ? range.upperBound..<range.upperBound : slice.startIndex..<slice.endIndex
    }
}

/// A plan that grows by one command after the other.
private struct Compilation {
    let text: ExpandedText
    var plan = SearchPlan(source: .events, filter: .constant(true), commands: [])
    var timeRange = TimeRange()
    var context = CompilationContext()

    init(text: ExpandedText) {
        self.text = text
    }

    /// The beginning of a search that has no pipe before it.
    mutating func beginWithTerms(_ range: Range<Int>) throws(SPLError) {
        var scanner = Scanner(text, range: range)
        if let name = commandName(&scanner), scanner.isAtEnd || scanner.current?.isWhiteSpace == true {
            if name == "search" { return try beginWithSearch(scanner) }
            if name == "tstats" || CommandSyntax.all[name] != nil {
                do {
                    return try beginWithCommand(range)
                } catch {
                    throw error.ifMeantAsText(name)
                }
            }
        }
        try beginWithSearch(Scanner(text, range: range))
    }

    /// The first command behind a pipe.
    mutating func beginWithCommand(_ range: Range<Int>) throws(SPLError) {
        var scanner = Scanner(text, range: range)
        let name = commandName(&scanner)
        switch name {
        case "search": try beginWithSearch(scanner)
        case "tstats":
            do {
                (plan, timeRange) = try TstatsParser.parse(scanner, &context)
            } catch {
                throw error.within("tstats")
            }
        default: try add(range)
        }
    }

    private mutating func beginWithSearch(_ scanner: Scanner) throws(SPLError) {
        var parser = SearchPredicateParser(scanner, position: .generating)
        do {
            plan.filter = try parser.parse()
        } catch {
            throw error.within("search")
        }
        timeRange = parser.timeRange
        context.note(parser.notes)
    }

    /// A command that works on what is there so far.
    mutating func add(_ range: Range<Int>) throws(SPLError) {
        var scanner = Scanner(text, range: range)
        guard !range.isEmpty else {
            throw scanner.error("a command is missing behind the pipe", "write one, or take the pipe out")
        }
        guard let name = commandName(&scanner) else {
            throw scanner.error("a command was expected here", "write its name behind the pipe")
        }
        let nameRange = range.lowerBound..<scanner.position
        guard let syntax = CommandSyntax.all[name] else {
            let isLate = name == "tstats"
            throw scanner.error(
                isLate ? "tstats can only begin a search" : "the command \(name) is not supported",
                isLate ? "move it to the front" : "take it out, or rewrite the search with supported commands",
                reason: .unsupportedCommand(name), at: nameRange)
        }
        do {
            let commands = try syntax.parse(&scanner, &context)
            try CommandCheck.check(commands, in: Scanner(text, range: nameRange.upperBound..<range.upperBound))
            plan.commands += commands
        } catch {
            throw error.within(name)
        }
    }

    /// The command's name in lower case; the scanner stands behind it.
    private func commandName(_ scanner: inout Scanner) -> String? {
        let start = scanner.position
        while scanner.current?.isNameByte == true { scanner.position += 1 }
        return scanner.position > start ? scanner.slice(start..<scanner.position).lowercased.string : nil
    }
}

extension SPLError {
    /// Adds what to do where the command's name was meant as a word to look for.
    fileprivate func ifMeantAsText(_ name: String) -> SPLError {
        var error = self
        error.advice += (advice.isEmpty ? "" : "; ") + "to look for the word, write \"\(name)\" in quotation marks"
        return error
    }

    fileprivate func within(_ command: String) -> SPLError {
        var error = self
        error.command = command
        return error
    }
}
