import Pipeline

extension CommandSyntax {
    /// `foreach`.
    static let iterating: [CommandSyntax] = [CommandSyntax("foreach", parse: parseIteration)]

    /// `[mode=] field ... [fieldstr=] [matchstr=] [matchseg1=] [itemstr=] [ template ]`
    private static func parseIteration(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        guard let open = scanner.slice(scanner.position..<scanner.end).firstIndex(of: Byte.openBracket),
            let close = scanner.slice(open..<scanner.end).lastIndex(of: Byte.closeBracket)
        else { throw scanner.error("foreach needs a template", "write [ eval ... ] behind the fields") }
        var head = Scanner(scanner.text, range: scanner.position..<open)
        var mode = "multifield"
        var fields: [String] = []
        var words = Template.words
        while let argument = try head.readArgument() {
            if argument.option == nil {
                fields.append(argument.value)
            } else {
                try read(argument, &mode, &words, in: head)
            }
        }
        guard let first = fields.first else {
            throw head.error("foreach needs fields", "name at least one", at: scanner.position..<(open + 1))
        }
        scanner.position = close + 1
        while let option = try scanner.readNextOption("take it out, or write it before the template") {
            try read(option, &mode, &words, in: scanner)
        }
        let body = try Template(words: words).commands(of: scanner, at: (open + 1)..<close, &context)
        if mode == "multifield" { return [.extract(.iteration(FieldIteration(mode: .fields(fields), body: body)))] }
        guard fields.count == 1 else {
            throw scanner.error("mode=\(mode) takes one field", "write a command for each")
        }
        let values = FieldIteration.Mode.values(of: first, isArray: mode == "json_array")
        return [.extract(.iteration(FieldIteration(mode: values, body: body)))]
    }

    private static func read(
        _ option: Scanner.Argument, _ mode: inout String, _ words: inout [FieldIteration.Placeholder: String],
        in scanner: Scanner
    ) throws(SPLError) {
        if let placeholder = Template.options[option.name], !option.value.isEmpty {
            words[placeholder] = option.value
        } else if option.name == "mode" {
            guard ["multifield", "multivalue", "json_array"].contains(option.value) else {
                throw scanner.error(
                    "foreach has no mode \(option.value)", "use multifield, multivalue or json_array",
                    reason: .unsupportedOption("mode"), at: option.range)
            }
            mode = option.value
        } else {
            throw scanner.unknown(
                option, of: "foreach", "it takes mode, fieldstr, matchstr, matchseg1 to matchseg3 and itemstr")
        }
    }
}

/// The commands that `foreach` runs, with words that stand for the field or value at hand.
private struct Template {
    let words: [FieldIteration.Placeholder: String]

    static let words: [FieldIteration.Placeholder: String] = [
        .field: "<<FIELD>>", .match: "<<MATCHSTR>>", .segment1: "<<MATCHSEG1>>", .segment2: "<<MATCHSEG2>>",
        .segment3: "<<MATCHSEG3>>", .item: "<<ITEM>>",
    ]

    static let options: [String: FieldIteration.Placeholder] = [
        "fieldstr": .field, "matchstr": .match, "matchseg1": .segment1, "matchseg2": .segment2,
        "matchseg3": .segment3, "itemstr": .item,
    ]

    func commands(
        of scanner: Scanner, at range: Range<Int>, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        let text = withPlaceholders(scanner.text, range)
        var commands: [Command] = []
        var segments = try PipelineSplitter.split(text, in: 0..<text.bytes.count)[...]
        // A pipe before the first command is allowed.
        if let first = segments.first, text.bytes[first].allSatisfy(\.isWhiteSpace) { segments.removeFirst() }
        for segment in segments {
            var inner = Scanner(text, range: segment)
            inner.skipSpace()
            let start = inner.position
            while inner.current?.isNameByte == true { inner.position += 1 }
            let name = inner.slice(start..<inner.position).lowercased.string
            guard !name.isEmpty else {
                throw inner.error("the template names no command", "write [ eval ... ]", at: segment)
            }
            let arguments = inner.position..<segment.upperBound
            guard let syntax = CommandSyntax.all[name] else {
                throw inner.error(
                    "foreach can't run \(name)", "use eval", reason: .unsupportedConstruct("foreach \(name)"),
                    at: start..<inner.position)
            }
            let found = try syntax.parse(&inner, &context)
            guard found.allSatisfy(\.runsForEachField) else {
                throw inner.error(
                    "foreach can't run \(name)", "use eval", reason: .unsupportedConstruct("foreach \(name)"),
                    at: start..<arguments.lowerBound)
            }
            let sample = FieldIteration(mode: .fields([]), body: found).sample
            try CommandCheck.check(sample, in: Scanner(text, range: arguments))
            commands += found
        }
        guard !commands.isEmpty else {
            throw scanner.error("the template is empty", "write [ eval ... ]", at: range)
        }
        return commands
    }

    /// The text with each word made a placeholder; in single quotation marks the one that is never a number.
    private func withPlaceholders(_ text: ExpandedText, _ range: Range<Int>) -> ExpandedText {
        let longestFirst = words.sorted { $0.value.utf8.count > $1.value.utf8.count }
        var replacements: [(range: Range<Int>, text: [UInt8])] = []
        var quote: UInt8?
        var index = range.lowerBound
        scan: while index < range.upperBound {
            for (placeholder, word) in longestFirst
            where text.bytes[index..<range.upperBound].starts(with: word.utf8) {
                let isName = quote == Byte.apostrophe
                let scalar = isName ? placeholder.quotedScalar : placeholder.scalar
                let end = index + word.utf8.count
                replacements.append((index..<end, Array(String(Character(scalar)).utf8)))
                index = end
                continue scan
            }
            let byte = text.bytes[index]
            if byte == Byte.backslash, quote != nil {
                index += 1
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == Byte.quote || byte == Byte.apostrophe {
                quote = byte
            }
            index += 1
        }
        return text.rewritten(range, replacements)
    }
}
