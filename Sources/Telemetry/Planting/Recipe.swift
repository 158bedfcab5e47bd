/// A way to make a finding or a near miss.
struct Recipe: Sendable {
    /// What makes it one, in words for the file of expectations.
    var why: String
    /// The sources whose events can be so.
    var sources: [ProcessSource] = ProcessSource.allCases
    /// The shapes that can write it so.
    var shapes: [Shape] = Shape.allCases
    /// Turns an event without anything remarkable, of an interpreter with a command of no consequence, into it.
    var apply: @Sendable (inout Execution, inout Kitchen) -> Void

    /// The sources with which the recipe fits a shape.
    func sources(in shape: Shape) -> [ProcessSource] {
        guard shapes.contains(shape) else { return [] }
        return ProcessSource.all(in: shape).filter(sources.contains)
    }
}

/// What recipes work with.
struct Kitchen {
    var random: RandomStream
    var population: Population

    /// The command that the detection looks for, as far as the changes leave it so.
    mutating func command(
        interpreter: String = "powershell.exe", _ change: (inout WMICommand) -> Void = { _ in }
    ) -> String {
        var command = WMICommand(&random, population: population)
        change(&command)
        return command.text(&random, interpreter: interpreter)
    }

    static let powerShellPath = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
}

extension Recipe {
    private static let jsonShapes = Shape.allCases.filter { $0 != .splunkXML }
    /// Shapes in which an account that is not named cannot be mistaken for the collector's own.
    private static let shapesWithOneAccount: [Shape] = [.nxlog, .evtxDump, .splunkXML, .splunkJSON, .cim]
    private static let withOriginalName: [ProcessSource] = [.sysmon, .rollup, .syntheticRollup, .model]
    private static let windows: [ProcessSource] = [.sysmon, .security]

    private static func program(_ why: String, path: String, original: String) -> Recipe {
        Recipe(why: why) { event, kitchen in
            event.setProgram(path: path, original: original)
            event.command = kitchen.command(interpreter: path)
        }
    }

    private static func style(_ why: String, _ style: EscapeStyle, shapes: [Shape] = Shape.allCases) -> Recipe {
        Recipe(why: why, shapes: shapes) { event, kitchen in
            event.command = kitchen.command()
            event.style = style
        }
    }

    /// Ways to do what the detection looks for.
    static let findings: [Recipe] = [
        Recipe(why: "all four texts") { $0.command = $1.command() },
        Recipe(why: "all in lower case") { $0.command = $1.command().asciiLowercased },
        Recipe(why: "all in capitals, the program too") { event, kitchen in
            event.setProgram(path: Kitchen.powerShellPath.asciiUppercased, original: "POWERSHELL.EXE")
            event.command = kitchen.command().asciiUppercased
        },
        Recipe(why: "alternating case") { $0.command = $1.command().asciiAlternating },
        style("hyphens as numeric escapes", .hyphens),
        style("slashes and hyphens escaped, digits in capitals", .slashes, shapes: jsonShapes),
        style("letters of the texts as numeric escapes", .letters, shapes: jsonShapes),
        style("characters outside of ASCII as numeric escapes", .nonASCII),
        style("every character as a numeric escape", .everything, shapes: jsonShapes),
        style("hyphens escaped in the inner of two layers", .innerHyphens, shapes: [.splunkJSON, .splunkXML]),
        Recipe(why: "renamed program, known by its original file name", sources: withOriginalName) { event, kitchen in
            event.setProgram(path: "C:\\ProgramData\\svc\\updater.exe", original: "PowerShell.EXE")
            event.command = kitchen.command(interpreter: "updater.exe")
        },
        Recipe(why: "renamed program, original file name in lower case", sources: withOriginalName) { event, kitchen in
            event.setProgram(path: "C:\\Users\\Public\\Größe\\ü.exe", original: "powershell_ise.exe")
            event.command = kitchen.command(interpreter: "ü.exe")
        },
        Recipe(why: "renamed program, original file name of the newer shell", sources: withOriginalName) {
            event, kitchen in
            event.setProgram(path: "D:\\工具\\shell.exe", original: "pwsh.dll")
            event.command = kitchen.command(interpreter: "shell.exe")
        },
        program("pwsh.exe", path: "C:\\Program Files\\PowerShell\\7\\pwsh.exe", original: "pwsh.dll"),
        program(
            "powershell_ise.exe", path: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell_ise.exe",
            original: "powershell_ise.EXE"),
        program(
            "sqlps.exe", path: "C:\\Program Files\\Microsoft SQL Server\\160\\Tools\\Binn\\SQLPS.exe", original: "-"),
        program("sqltoolsps.exe", path: "C:\\Program Files (x86)\\SQL Tools\\SqlToolsPS.exe", original: "-"),
        program(
            "a path with slashes", path: "C:/Windows/SysWOW64/WindowsPowerShell/v1.0/powershell.exe", original: "-"),
        Recipe(why: "the texts are beginnings of longer words") { event, kitchen in
            event.command = kitchen.command {
                $0.computerName = "-CNAME"
                $0.className = "-Class Win32_ProcessStartup"
                $0.method = "-Name createEx"
                $0.cmdlet = "WMI\\Invoke-WmiMethodEx"
            }
        },
        Recipe(why: "combining accents follow the texts") { event, kitchen in
            event.command = kitchen.command {
                $0.className = "-Class Win32_Process\u{301}"
                $0.method = "-Name create\u{308}"
            }
        },
        Recipe(why: "a command line of many kilobytes") { event, kitchen in
            let filling = (0..<kitchen.random.within(300...1500)).map { _ in kitchen.random.pick(TextExpander.words) }
            event.command = "\(kitchen.command()) # \(filling.joined(separator: " "))"
        },
        Recipe(why: "the parent is not known") { event, kitchen in
            event.command = kitchen.command()
            for name in [event.source.names.parentPath, event.source.names.parentName] {
                if let name { event.template[name] = nil }
            }
        },
        Recipe(why: "the parent's number is not known") { event, kitchen in
            event.command = kitchen.command()
            event.template[event.source.names.parentNumber] = nil
        },
        Recipe(why: "the parent is empty") { event, kitchen in
            event.command = kitchen.command()
            for name in [event.source.names.parentPath, event.source.names.parentName] {
                if let name { event.template[name] = "" }
            }
        },
        Recipe(why: "the account is not known", sources: [.sysmon, .model], shapes: shapesWithOneAccount) {
            event, kitchen in
            event.command = kitchen.command()
            event.template[event.source.names.user] = nil
        },
        Recipe(why: "the account is known by its identifier only", sources: [.security]) { event, kitchen in
            event.command = kitchen.command()
            event.template["SubjectUserName"] = ""
        },
        Recipe(why: "a key occurs twice, the last one counts", shapes: duplicateKeyShapes) { event, kitchen in
            event.command = kitchen.command()
            event.duplicateCommand(first: "powershell.exe -NoProfile -Command Get-Date")
        },
        Recipe(why: "the event's identifier is text", sources: windows, shapes: [.nxlog]) { event, kitchen in
            event.command = kitchen.command()
            event.template.header?.hasTextualID = true
        },
    ]

    /// Shapes that can hold the same key twice without changing what it means.
    static let duplicateKeyShapes: [Shape] = [
        .nxlog, .evtxDump, .winlogbeat6, .winlogbeat7, .splunkJSON, .elastic, .crowdstrike, .cim,
    ]
}

extension Execution {
    /// Puts the command's key in twice, this text first.
    mutating func duplicateCommand(first text: String) {
        guard let index = template.fields.firstIndex(where: { $0.name == source.names.command }) else { return }
        template.fields.insert(.init(name: source.names.command, value: TextTemplate(text: text)), at: index)
    }

    /// Puts the command's key in twice, this text last.
    mutating func duplicateCommand(last text: String) {
        template.fields.append(.init(name: source.names.command, value: TextTemplate(text: text)))
    }
}
