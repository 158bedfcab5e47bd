/// A command line that starts a process on another computer through WMI: what the planted detection looks for.
struct WMICommand {
    /// The four texts that the detection asks for, the second with the computer that follows it.
    var cmdlet = "Invoke-WmiMethod"
    var computerName = "-CN"
    var className = "-Class Win32_Process"
    var method = "-Name create"
    var host: String
    var payload: String

    init(_ random: inout RandomStream, population: Population) {
        host = random.pick(population[.hostShort])
        let number = random.below(10_000)
        payload = random.pick([
            "-ArgumentList 'cmd.exe /c whoami /all > C:\\Windows\\Temp\\\(number).txt & exit'",
            "-ArgumentList \\\"C:\\Users\\Public\\größe-\(number).exe /quiet\\\"",
            "-ArgumentList 'rundll32.exe C:\\ProgramData\\\(number).dll,#1'",
            "-ArgumentList '\\\\files\\share$\\загрузка\\run-\(number).cmd < NUL'",
            "-ArgumentList 'notepad.exe C:\\Temp\\計画-\(number)🚀.txt'",
            "-ArgumentList \"calc.exe\" | Out-Null; exit \(number)",
        ])
    }

    /// The parts behind an interpreter, in an order of their own.
    func text(_ random: inout RandomStream, interpreter: String) -> String {
        let arguments = random.shuffled(["\(computerName) \(host)", className, method, payload])
        switch random.below(4) {
        case 0:
            return "\(interpreter) -NoProfile -Command \"\(cmdlet) \(arguments.joined(separator: " "))\""
        case 1:
            return "\"\(interpreter)\" -c & {\(cmdlet) \(arguments.joined(separator: "  "))}"
        case 2:
            return "\(interpreter) -w hidden \(cmdlet) \(arguments.joined(separator: " "))"
        default:
            // The cmdlet may come last: detections ask for the texts in any order.
            return "\(interpreter) -c \"$a = '\(arguments.joined(separator: " "))'; iex ('\(cmdlet) ' + $a)\""
        }
    }
}

extension String {
    /// The same with ASCII letters in capitals, all others as they are.
    var asciiUppercased: String {
        String(decoding: utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
    }

    /// The same with ASCII letters in lower case, all others as they are.
    var asciiLowercased: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }

    /// The same with ASCII letters in alternating case.
    var asciiAlternating: String {
        var isUpper = false
        return String(
            decoding: utf8.map { byte in
                guard (0x41...0x5A).contains(byte & 0xDF) else { return byte }
                isUpper.toggle()
                return isUpper ? byte & 0xDF : byte | 0x20
            }, as: UTF8.self)
    }
}
