/// Takes comments out of a search and puts definitions in the place of macro calls, before anything is parsed.
struct MacroExpander {
    /// How deep macros may call macros; Splunk's own default.
    static let maximumDepth = 100
    /// How long a search may become, in bytes: a few macros that double each other must not fill the memory.
    static let maximumBytes = 1 << 20
    /// How many calls a search may come to, for those that come to no text.
    static let maximumCalls = 10_000

    private let library: MacroLibrary
    private var output: ExpandedText
    private var used: [UsedMacro] = []
    private var callCount = 0

    private struct Call {
        var name: String
        /// As they are written.
        var arguments: [ArraySlice<UInt8>]
    }

    private init(library: MacroLibrary, original: [UInt8]) {
        self.library = library
        self.output = ExpandedText(original: original)
    }

    /// The text without comments and macro calls, and the macros it used in the order of first use.
    static func expand(
        _ text: String, with library: MacroLibrary
    ) throws(SPLError) -> (text: ExpandedText, used: [UsedMacro]) {
        let bytes = Array(text.utf8)
        var expander = MacroExpander(library: library, original: bytes)
        try expander.expand(bytes[...], from: .text(0), callers: [])
        return (expander.output, expander.used)
    }

    private mutating func expand(
        _ bytes: ArraySlice<UInt8>, from origin: ExpandedText.Origin, callers: [MacroLibrary.Key]
    ) throws(SPLError) {
        var copied = bytes.startIndex
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case Byte.backslash:
                index += 2
            case Byte.quote:
                // Left as it stands where it never closes: the parser has the better words for that.
                index = (closingQuote(of: index, in: bytes) ?? bytes.endIndex - 1) + 1
            case Byte.backtick:
                let here = origin.advanced(by: index - bytes.startIndex)
                try append(bytes[copied..<index], from: origin.advanced(by: copied - bytes.startIndex))
                if bytes[index...].starts(with: Self.fence) {
                    index = try endOfComment(at: index, in: bytes, from: here)
                    // A space, so that what the comment parted stays apart.
                    try append([Byte.space], from: here)
                } else {
                    let end = try endOfCall(at: index, in: bytes, from: here)
                    try expandCall(bytes[(index + 1)..<end], from: here, callers: callers)
                    index = end + 1
                }
                copied = index
            default:
                index += 1
            }
        }
        try append(bytes[min(copied, bytes.endIndex)...], from: origin.advanced(by: copied - bytes.startIndex))
    }

    private static let fence: [UInt8] = [Byte.backtick, Byte.backtick, Byte.backtick]

    private func endOfComment(
        at start: Int, in bytes: ArraySlice<UInt8>, from origin: ExpandedText.Origin
    ) throws(SPLError) -> Int {
        var index = start + 3
        while index < bytes.endIndex {
            if bytes[index] == Byte.backtick, bytes[index...].starts(with: Self.fence) { return index + 3 }
            index += 1
        }
        throw error(.syntax, "the comment is not closed", "end it with three backticks", word: "```", at: origin)
    }

    private func endOfCall(
        at start: Int, in bytes: ArraySlice<UInt8>, from origin: ExpandedText.Origin
    ) throws(SPLError) -> Int {
        var index = start + 1
        while index < bytes.endIndex {
            switch bytes[index] {
            case Byte.backtick: return index
            case Byte.quote: index = (closingQuote(of: index, in: bytes) ?? bytes.endIndex) + 1
            default: index += 1
            }
        }
        throw error(
            .syntax, "the macro call is not closed", "end it with a backtick",
            word: bytes[start...].prefix(40).string, at: origin)
    }

    private mutating func expandCall(
        _ text: ArraySlice<UInt8>, from origin: ExpandedText.Origin, callers: [MacroLibrary.Key]
    ) throws(SPLError) {
        callCount += 1
        guard callCount <= Self.maximumCalls else {
            throw error(
                origin.macro.map { .macro($0) } ?? .syntax, "the search calls more than \(Self.maximumCalls) macros",
                "let its macros call fewer others", word: origin.macro ?? "", at: origin)
        }
        let call = try parseCall(text, from: origin)
        let key = MacroLibrary.Key(name: call.name, arity: call.arguments.count)
        guard let definition = library.lookup(call.name, arity: call.arguments.count) else {
            throw undefined(call, at: origin)
        }
        if let first = callers.firstIndex(of: key) {
            let cycle = (callers[first...].map(\.name) + [call.name]).joined(separator: " → ")
            throw error(
                .macro(call.name), "macros call each other in a circle: \(cycle)",
                "take one of the calls out", word: call.name, at: origin)
        }
        guard callers.count < Self.maximumDepth else {
            throw error(
                .macro(call.name), "macros are nested deeper than \(Self.maximumDepth)", "write some of them out",
                word: call.name, at: origin)
        }
        let macro = UsedMacro(name: call.name, arguments: definition.arguments, definition: definition.text)
        if !used.contains(macro) { used.append(macro) }
        let values = Self.values(of: call.arguments, for: definition.arguments)
        guard let filled = Self.fill(Array(definition.text.utf8), definition.arguments, with: values) else {
            throw tooLong(at: origin)
        }
        try expand(filled[...], from: .macro(call.name, call: origin.offset), callers: callers + [key])
    }

    /// `name`, or `name(argument, "another, quoted")`.
    private func parseCall(_ text: ArraySlice<UInt8>, from origin: ExpandedText.Origin) throws(SPLError) -> Call {
        let trimmed = trimmingSpace(text)
        guard let open = trimmed.firstIndex(of: Byte.open) else {
            return Call(name: try name(trimmed, in: text, from: origin), arguments: [])
        }
        let callee = try name(trimmingSpace(trimmed[..<open]), in: text, from: origin)
        guard trimmed.last == Byte.close else {
            throw error(
                .macro(callee), "the arguments of the macro are not closed", "end them with )",
                word: text.string, at: origin)
        }
        let inside = trimmingSpace(trimmed[(open + 1)..<(trimmed.endIndex - 1)])
        return Call(name: callee, arguments: inside.isEmpty ? [] : Self.splitArguments(inside))
    }

    private func name(
        _ name: ArraySlice<UInt8>, in call: ArraySlice<UInt8>, from origin: ExpandedText.Origin
    ) throws(SPLError) -> String {
        guard !name.isEmpty, name.allSatisfy({ $0.isNameByte || $0 == Byte.minus || $0 == Byte.dot || $0 == 0x3A })
        else {
            throw error(
                .syntax, "no macro can have this name", "put a backtick that is text into quotation marks",
                word: call.prefix(40).string, at: origin)
        }
        return name.string
    }

    /// Arguments are parted by commas outside quotation marks and parentheses.
    private static func splitArguments(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var arguments: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        var depth = 0
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case Byte.quote: index = closingQuote(of: index, in: text) ?? text.endIndex - 1
            case Byte.open: depth += 1
            case Byte.close: depth -= 1
            case Byte.comma where depth == 0:
                arguments.append(trimmingSpace(text[start..<index]))
                start = index + 1
            default: break
            }
            index += 1
        }
        arguments.append(trimmingSpace(text[start...]))
        return arguments
    }

    /// The values of arguments in the order of their names. Where a call names all of them, as `` `macro(name=value)` `` does, they
    /// go by their names; any other call means them by their places.
    private static func values(of arguments: [ArraySlice<UInt8>], for names: [String]) -> [[UInt8]] {
        var named: [String: [UInt8]] = [:]
        for argument in arguments {
            // Two equals signs compare.
            guard let equals = argument.firstIndex(of: Byte.equals),
                argument.dropFirst(equals + 1 - argument.startIndex).first != Byte.equals
            else { break }
            named[trimmingSpace(argument[..<equals]).string] = unquoted(trimmingSpace(argument[(equals + 1)...]))
        }
        guard named.count == arguments.count, Set(names) == Set(named.keys) else { return arguments.map(unquoted) }
        return names.compactMap { named[$0] }
    }

    /// An argument without the quotation marks around it.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.count > 1, text.first == Byte.quote, closingQuote(of: text.startIndex, in: text) == text.endIndex - 1
        else { return Array(text) }
        return Array(text.dropFirst().dropLast())
    }

    /// The definition with each `$name$` of an argument replaced; other dollar signs stay. `nil` if it gets too long.
    private static func fill(_ definition: [UInt8], _ names: [String], with values: [[UInt8]]) -> [UInt8]? {
        guard !names.isEmpty else { return definition }
        var result: [UInt8] = []
        var index = 0
        while index < definition.count {
            if definition[index] == Byte.dollar,
                let end = definition[(index + 1)...].firstIndex(of: Byte.dollar),
                let position = names.firstIndex(of: definition[(index + 1)..<end].string)
            {
                result.append(contentsOf: values[position])
                guard result.count <= maximumBytes else { return nil }
                index = end + 1
            } else {
                result.append(definition[index])
                index += 1
            }
        }
        return result
    }

    private mutating func append(_ slice: ArraySlice<UInt8>, from origin: ExpandedText.Origin) throws(SPLError) {
        guard output.bytes.count + slice.count <= Self.maximumBytes else { throw tooLong(at: origin) }
        output.append(slice, from: origin)
    }

    private func tooLong(at origin: ExpandedText.Origin) -> SPLError {
        error(
            origin.macro.map { .macro($0) } ?? .syntax, "the search grows beyond \(Self.maximumBytes) bytes",
            "make its macros smaller", word: origin.macro ?? "", at: origin)
    }

    private func undefined(_ call: Call, at origin: ExpandedText.Origin) -> SPLError {
        let arities = library.arities(of: call.name)
        guard let arity = arities.first else {
            return error(
                .macro(call.name), "the macro is not defined", "add it to a macros folder",
                word: call.name, at: origin)
        }
        let expected = arities.dropFirst().reduce("\(arity)") { $0 + " or \($1)" }
        return error(
            .macro(call.name),
            "the macro takes \(expected) argument\(expected == "1" ? "" : "s"), not \(call.arguments.count)",
            "give it as many as it takes", word: call.name, at: origin)
    }

    private func error(
        _ reason: SPLError.Reason, _ message: String, _ advice: String, word: String, at origin: ExpandedText.Origin
    ) -> SPLError {
        SPLError(
            reason, message: message, advice: advice, word: word, column: output.column(of: origin.offset),
            macro: origin.macro)
    }
}

/// The bytes without white space at either end.
func trimmingSpace(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = bytes.firstIndex(where: { !$0.isWhiteSpace }),
        let last = bytes.lastIndex(where: { !$0.isWhiteSpace })
    else { return [] }
    return bytes[first...last]
}
