/// What most commands take: options and words in any order, parted by white space or commas.
extension Scanner {
    /// An option with its value, or a word that stands alone.
    struct Argument {
        /// The option's name, in lower case; `nil` for a word that stands alone.
        var option: String?
        var value: String
        /// Where all of it stands.
        var range: Range<Int>
        var valueRange: Range<Int>

        /// The option's name as errors show it.
        var name: String { option ?? "" }
    }

    // MARK: Moving

    /// Goes to where the next argument begins: whether there is one.
    mutating func moveToNextArgument() -> Bool {
        skipSeparators()
        return !isAtEnd
    }

    // MARK: Reading

    /// The next option or word; `nil` at the end of the command.
    ///
    ///     while let argument = try scanner.readArgument() {
    ///         switch argument.option {
    ///         case "limit": limit = try scanner.count(argument)
    ///         case nil: fields.append(argument.value)
    ///         default: throw scanner.unknown(argument, of: "command", "it takes limit=")
    ///         }
    ///     }
    mutating func readArgument() throws(SPLError) -> Argument? {
        guard moveToNextArgument() else { return nil }
        if let option = try readOption() { return option }
        let start = position
        guard let word = try readName() else {
            throw error("a parenthesis was not expected here", "take it out, or write it in quotation marks")
        }
        return Argument(value: word, range: start..<position, valueRange: start..<position)
    }

    /// The next option of a command that takes nothing else; `nil` at its end.
    ///
    /// - Parameter advice: what to do where something else stands.
    mutating func readNextOption(_ advice: String) throws(SPLError) -> Argument? {
        guard moveToNextArgument() else { return nil }
        guard let option = try readOption() else { throw error("this was not expected here", advice) }
        return option
    }

    /// `name=value` if that is next; white space around `=` is allowed.
    mutating func readOption(stopsAtBracket: Bool = false) throws(SPLError) -> Argument? {
        let start = position
        while let byte = current, byte.isNameByte { position += 1 }
        let name = slice(start..<position)
        skipSpace()
        guard !name.isEmpty, take(Byte.equals) else {
            position = start
            return nil
        }
        skipSpace()
        let place = position
        guard let value = try readName(stopsAtBracket: stopsAtBracket) else {
            throw error("a value is missing after \(name.string)=", "give one")
        }
        return Argument(
            option: name.lowercased.string, value: value, range: start..<position, valueRange: place..<position)
    }

    /// An option of one of these names if that is next, where anything else may be a condition.
    mutating func readOption(among names: Set<String>) throws(SPLError) -> Argument? {
        let start = position
        guard takeOptionName(names) != nil else { return nil }
        position = start
        return try readOption()
    }

    /// The next name of a list.
    mutating func requireName(
        _ advice: String = "name a field, in quotation marks if it holds a space"
    ) throws(SPLError) -> String {
        guard let name = try readName() else { throw error("a field name was expected here", advice) }
        return name
    }

    /// The next name of a list, for a command that goes by the names of fields as they are.
    mutating func requireNameWithoutWildcard(of command: String, _ advice: String) throws(SPLError) -> String {
        let start = position
        let name = try requireName(advice)
        guard !name.utf8.contains(Byte.star) else {
            throw error(
                "\(command) takes no wildcards", "name each field",
                reason: .unsupportedConstruct("wildcard in \(command)"), at: start..<position)
        }
        return name
    }

    /// Takes a word as the field of a command that takes one.
    func set(_ field: inout String?, to word: Argument, of command: String) throws(SPLError) {
        guard field == nil else {
            throw error("\(command) takes one field", "write a command for each", at: word.range)
        }
        field = word.value
    }

    // MARK: Values

    func boolean(_ option: Argument) throws(SPLError) -> Bool {
        switch option.value.asciiLowercased {
        case "true", "t", "1": return true
        case "false", "f", "0": return false
        default: throw error("\(option.name) takes true or false", "write one of them", at: option.valueRange)
        }
    }

    func count(_ option: Argument) throws(SPLError) -> Int {
        guard let count = Int(option.value), count >= 0 else {
            throw error("\(option.name) takes a whole number", "write one", at: option.valueRange)
        }
        return count
    }

    /// What `maxout` says: 0 stands for all.
    func mostRows(_ option: Argument) throws(SPLError) -> Int {
        let count = try count(option)
        return count == 0 ? Int.max : count
    }

    func number(_ option: Argument) throws(SPLError) -> Double {
        guard let number = Double(option.value), number.isFinite else {
            throw error("\(option.name) takes a number", "write one", at: option.valueRange)
        }
        return number
    }

    // MARK: Errors

    /// The command has no such option.
    func unknown(_ option: Argument, of command: String, _ advice: String) -> SPLError {
        error(
            "\(command) has no option \(option.name)", advice, reason: .unsupportedOption(option.name), at: option.range
        )
    }

    /// The command has such an option, or may have; here it has none.
    func unsupported(_ option: Argument, of command: String) -> SPLError {
        error(
            "\(command) \(option.name)= is not supported", "take it out", reason: .unsupportedOption(option.name),
            at: option.range)
    }
}
