public import Matching
public import Pipeline

/// Turns the text of a search into a plan.
public enum SearchCompiler {
    /// Expands macros, parses and plans.
    ///
    /// A search begins with `| tstats`, with `| search`, with search terms, or with a command that works on every event:
    /// `stats count by Channel` is `search * | stats count by Channel`, with a pipe before it or without. To look for a
    /// word that is also the name of a command, it stands in quotation marks.
    ///
    /// - Parameter lookups: the tables that `lookup` and `inputlookup` may name.
    /// - Throws: `SPLError` with the place in `text`, for what is malformed and for what can't be run.
    /// - Complexity: linear in the length of the expanded text, which is limited.
    public static func compile(
        _ text: String, macros: MacroLibrary = MacroLibrary(), lookups: any LookupSource = NoLookups()
    ) throws(SPLError) -> CompiledSearch {
        try compilation(of: text, CompilationContext(lookups: lookups, macros: macros)).search
    }

    /// The same, with the fields of its rows that stay empty because what they come from is not here.
    static func compilation(
        of text: String, _ context: CompilationContext
    ) throws(SPLError) -> (search: CompiledSearch, absentFields: AbsentFields) {
        let (expanded, used) = try MacroExpander.expand(text, with: context.macros)
        var compilation = Compilation(text: expanded, context: context)
        try compilation.compile(0..<expanded.bytes.count)
        let search = CompiledSearch(
            plan: compilation.finishedPlan, timeRange: compilation.timeRange, macros: used,
            notes: compilation.context.notes, warnings: compilation.context.warnings)
        return (search, compilation.context.absentFields)
    }

    /// The condition that a text is, as `search` would take it behind other commands, but free text is allowed.
    public static func condition(_ text: String) throws(SPLError) -> Predicate<String> {
        let expanded = ExpandedText(plain: text)
        var parser = SearchPredicateParser(
            Scanner(expanded, range: 0..<expanded.bytes.count), position: .generating)
        return try parser.parse()
    }

    /// An expression as `where` and `eval` write it, from its text.
    /// - Throws: `SPLError` at the first thing that is no part of one.
    public static func expression(_ text: String) throws(SPLError) -> Expression {
        let expanded = ExpandedText(plain: text)
        let scanner = Scanner(expanded, range: 0..<expanded.bytes.count)
        return try scanner.expression(expanded.bytes, at: 0..<expanded.bytes.count)
    }
}

/// A plan that grows by one command after the other.
struct Compilation {
    /// How deep searches may stand in one another.
    static let maximumDepth = 16

    let text: ExpandedText
    private var plan = SearchPlan(source: .events, filter: .constant(true), commands: [])
    private(set) var timeRange = TimeRange()
    private(set) var context: CompilationContext
    /// What is wrong unless the next command is one that finishes statistics.
    private var unfinished: SPLError?

    /// The commands that finish what `tstats prestats=true` has begun.
    private static let finishing: Set<String> = ["stats", "chart", "timechart"]

    init(text: ExpandedText, context: CompilationContext) {
        self.text = text
        self.context = context
        if context.depth == 0 { self.context.mentionsDateFields = DateFields.areMentioned(in: text.bytes) }
    }

    /// The plan with the searches that its conditions wait for.
    var finishedPlan: SearchPlan {
        var finished = plan
        finished.subsearches = context.subsearches
        // What a search reads is found out by going through it, and hardly any names one of these.
        if context.mentionsDateFields { finished = DateFields.added(to: finished) }
        finished.commands = Command.withNamesOutside(
            Command.withLaterColumns(Command.withKnownColumns(finished.commands)))
        return finished
    }

    /// Compiles the search that stands in a range of the text.
    mutating func compile(_ range: Range<Int>) throws(SPLError) {
        var rest = try PipelineSplitter.split(text, in: range)[...]
        let first = trimmed(rest.removeFirst())
        if !first.isEmpty {
            try beginWithTerms(first)
        } else if let command = rest.popFirst() {
            try beginWithCommand(trimmed(command))
        } else {
            throw Scanner(text, range: first).error("the search is empty", "write one")
        }
        for segment in rest { try add(trimmed(segment)) }
        if let unfinished { throw unfinished }
    }

    /// A search in brackets, whose first word is a command's name with a pipe before it or without.
    static func subsearch(
        _ range: Range<Int>, of text: ExpandedText, _ context: inout CompilationContext
    ) throws(SPLError) -> Subsearch {
        guard context.depth < maximumDepth else {
            throw Scanner(text, range: range).error(
                "searches are nested deeper than \(maximumDepth)", "take some of them out", at: range)
        }
        var inner = context
        inner.subsearches = []
        inner.depth += 1
        inner.absentFields = AbsentFields()
        inner.addedAbsentFields = AbsentFields()
        var compilation = Compilation(text: text, context: inner)
        var rest = try PipelineSplitter.split(text, in: range)[...]
        while let segment = rest.first, compilation.trimmed(segment).isEmpty, rest.count > 1 { rest.removeFirst() }
        try compilation.beginWithCommand(compilation.trimmed(rest.removeFirst()))
        for segment in rest { try compilation.add(compilation.trimmed(segment)) }
        if let unfinished = compilation.unfinished { throw unfinished }
        context.note(compilation.context.notes)
        context.warn(compilation.context.warnings)
        context.addedAbsentFields.formUnion(compilation.context.absentFields)
        return Subsearch(plan: compilation.finishedPlan, timeRange: compilation.timeRange)
    }

    /// The commands in brackets, which go on with the rows that are there.
    static func commands(
        _ range: Range<Int>, of text: ExpandedText, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        guard context.depth < maximumDepth else {
            throw Scanner(text, range: range).error(
                "commands are nested deeper than \(maximumDepth)", "take some of them out", at: range)
        }
        context.depth += 1
        defer { context.depth -= 1 }
        let absentFields = context.absentFields
        var compilation = Compilation(text: text, context: context)
        for segment in try PipelineSplitter.split(text, in: range) {
            let segment = compilation.trimmed(segment)
            if segment.isEmpty, compilation.plan.commands.isEmpty { continue }
            try compilation.add(segment)
        }
        let depth = context.depth
        context = compilation.context
        context.depth = depth
        context.absentFields.formUnion(absentFields)
        return compilation.plan.commands
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        let slice = trimmingSpace(text.bytes[range])
        return slice.isEmpty ? range.upperBound..<range.upperBound : slice.startIndex..<slice.endIndex
    }

    /// The beginning of a search that has no pipe before it.
    mutating func beginWithTerms(_ range: Range<Int>) throws(SPLError) {
        var scanner = Scanner(text, range: range)
        if let name = commandName(&scanner), scanner.isAtEnd || scanner.current?.isWhiteSpace == true {
            if name == "search" { return try beginWithSearch(scanner) }
            if name == "tstats" || CommandSyntax.all[name] != nil || GeneratingSyntax.all[name] != nil {
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
                (plan, timeRange, unfinished) = try TstatsParser.parse(scanner, &context)
                unfinished = unfinished?.within("tstats")
                try checkAbsentFields(of: [], in: scanner)
            } catch {
                throw error.within("tstats")
            }
        default:
            guard let name, let generate = GeneratingSyntax.all[name] else { return try add(range) }
            do {
                plan = try generate(&scanner, &context)
                try checkAbsentFields(of: [], in: Scanner(text, range: range))
            } catch {
                throw error.within(name)
            }
        }
    }

    private mutating func beginWithSearch(_ scanner: Scanner) throws(SPLError) {
        var parser = SearchPredicateParser(scanner, position: .generating, context: context)
        do {
            plan.filter = try parser.parse()
            context = parser.finishedContext
            try checkAbsentFields(of: [], in: scanner)
        } catch {
            throw error.within("search")
        }
        if let condition = plan.filter.withinRiskIndex {
            plan.source = .dataset(model: "Risk", name: "All_Risk")
            plan.filter = condition
        }
        timeRange = parser.timeRange
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
            let isLate = name == "tstats" || GeneratingSyntax.all[name] != nil
            throw scanner.error(
                isLate ? "\(name) can only begin a search" : "the command \(name) is not supported",
                isLate ? "move it to the front" : "take it out, or rewrite the search with supported commands",
                reason: .unsupportedCommand(name), at: nameRange)
        }
        if let unfinished, !Self.finishing.contains(name) { throw unfinished }
        unfinished = nil
        do {
            let commands = try syntax.parse(&scanner, &context)
            let whole = Scanner(text, range: nameRange.upperBound..<range.upperBound)
            try CommandCheck.check(commands, in: whole)
            try checkAbsentFields(of: commands, in: whole)
            plan.commands += commands
        } catch {
            throw error.within(name)
        }
    }

    /// Refuses commands that would decide by a field that stays empty because what it comes from is not here.
    private mutating func checkAbsentFields(of commands: [Command], in scanner: Scanner) throws(SPLError) {
        defer { context.addedAbsentFields = AbsentFields() }
        for command in commands {
            if let field = context.absentFields.pass(command) {
                throw scanner.absent(field, "reads")
            }
        }
        let isCondition = commands.isEmpty ? !plan.filter.deferred.isEmpty : commands.contains(where: \.isDeferred)
        if isCondition, let field = context.addedAbsentFields.names.min() {
            throw scanner.absent(field, "holds a search that ends with")
        }
        context.absentFields.formUnion(context.addedAbsentFields)
    }

    /// The command's name in lower case; the scanner stands behind it.
    private func commandName(_ scanner: inout Scanner) -> String? {
        let start = scanner.position
        while scanner.current?.isNameByte == true { scanner.position += 1 }
        return scanner.position > start ? scanner.slice(start..<scanner.position).lowercased.string : nil
    }
}

extension Scanner {
    fileprivate func absent(_ field: String, _ doing: String) -> SPLError {
        let place = CommandCheck.range(of: field, in: self)
        return error(
            "the command iplocation is not supported here: this \(doing) \(field), which it would fill from a geographic "
                + "database that is not shipped",
            "take iplocation out, or only show what it adds", reason: .unsupportedCommand("iplocation"), at: place)
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
