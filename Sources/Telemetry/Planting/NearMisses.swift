extension Recipe {
    private static let windows: [ProcessSource] = [.sysmon, .security]
    private static let falcon: [ProcessSource] = [.rollup, .syntheticRollup]

    private static func without(_ why: String, _ change: @escaping @Sendable (inout WMICommand) -> Void) -> Recipe {
        Recipe(why: why) { $0.command = $1.command(change) }
    }

    /// Puts the command where no process event has its command line.
    private static func elsewhere(_ why: String, sources: [ProcessSource], _ field: String) -> Recipe {
        Recipe(why: why, sources: sources) { event, kitchen in
            event.template[field] = TextTemplate(text: kitchen.command())
        }
    }

    /// Turns the process event into an event of another kind that carries the same command.
    private static func otherKind(
        _ why: String, sources: [ProcessSource], _ template: EventTemplate, commandIn field: String
    ) -> Recipe {
        Recipe(why: why, sources: sources) { event, kitchen in
            event.command = kitchen.command()
            event.template = template
            event.template[field] = "{process.command}"
        }
    }

    /// Events that resemble what the detection looks for and are not it.
    static let nearMisses: [Recipe] = [
        without("another cmdlet") { $0.cmdlet = "Invoke-CimMethod" },
        without("the cmdlet's name is interrupted") { $0.cmdlet = "Invoke-Wmi`Method" },
        without("no -CN") { $0.computerName = "-ComputerName" },
        without("another class") { $0.className = "-Class Win32_Service" },
        without("two spaces within the class argument") { $0.className = "-Class  Win32_Process" },
        without("a tab within the method argument") { $0.method = "-Name\tcreate" },
        without("a colon within the method argument") { $0.method = "-Name:create" },
        without("another parameter for the method") { $0.method = "-MethodName create" },
        without("a dash that is no hyphen") { $0.computerName = "\u{2013}CN" },
        without("a Kelvin sign for the k") { $0.cmdlet = "Invo\u{212A}e-WmiMethod" },
        without("a dotless i") { $0.cmdlet = "\u{131}nvoke-WmiMethod" },
        without("full-width letters") { $0.method = "-Name ｃｒｅａｔｅ" },
        without("what would be an escape, were it not text") { $0.computerName = "\\u002dCN" },
        without("what would be an entity, were it not text") { $0.computerName = "&#45;CN" },
        Recipe(why: "another program") { event, kitchen in
            event.setProgram(path: "C:\\Windows\\System32\\cmd.exe", original: "Cmd.Exe")
            event.command = kitchen.command(interpreter: "cmd.exe /c powershell.exe")
        },
        Recipe(why: "the program's name only begins like the shell's") { event, kitchen in
            event.setProgram(path: "C:\\Tools\\powershell.exe.bak", original: "backup.exe")
            event.command = kitchen.command()
        },
        Recipe(why: "the shell is a folder of the path") { event, kitchen in
            event.setProgram(path: "C:\\Tools\\powershell.exe\\runner.exe", original: "runner.exe")
            event.command = kitchen.command()
        },
        Recipe(why: "a renamed shell in events without an original file name", sources: [.security]) { event, kitchen in
            event.setProgram(path: "C:\\ProgramData\\svc\\updater.exe", original: "PowerShell.EXE")
            event.command = kitchen.command(interpreter: "updater.exe")
        },
        Recipe(why: "-CN only in the parent's command line", sources: [.sysmon, .model] + falcon) { event, kitchen in
            event.parentCommand = kitchen.command()
            event.command = kitchen.command { $0.computerName = "-ComputerName" }
        },
        Recipe(why: "all only in the parent's command line", sources: [.sysmon, .model] + falcon) { event, kitchen in
            event.parentCommand = kitchen.command()
        },
        elsewhere("all in the program's description", sources: [.sysmon], "Description"),
        elsewhere("all in the working directory", sources: [.sysmon], "CurrentDirectory"),
        elsewhere("all in the target account's name", sources: [.security], "TargetUserName"),
        elsewhere("all in the sensor's tags", sources: falcon, "Tags"),
        elsewhere("all in the working directory of the data model", sources: [.model], "process_current_directory"),
        otherKind(
            "the end of a process, not its creation", sources: windows, .sysmonProcessEnd, commandIn: "CommandLine"),
        otherKind(
            "the end of a process in the audit log", sources: windows, .securityProcessEnd, commandIn: "CommandLine"),
        otherKind("a script block, not a process", sources: windows, .scriptBlock, commandIn: "ScriptBlockText"),
        otherKind("typed into a console, not a process", sources: falcon, .commandHistory, commandIn: "CommandHistory"),
        Recipe(why: "the same identifier in another log", sources: windows) { event, kitchen in
            event.command = kitchen.command()
            event.template.header?.provider = .installer
        },
        Recipe(why: "the end of a process, its identifier as text", sources: [.security], shapes: [.nxlog]) {
            event, kitchen in
            event.command = kitchen.command()
            event.template.header?.id = 4689
            event.template.header?.hasTextualID = true
        },
        Recipe(why: "another event of the sensor with the same fields", sources: falcon) { event, kitchen in
            event.command = kitchen.command()
            event.template["event_simpleName"] = "ProcessRollup2Stats"
        },
        Recipe(why: "a key occurs twice, the last one is harmless", shapes: duplicateKeyShapes) { event, kitchen in
            event.command = kitchen.command()
            event.duplicateCommand(last: "powershell.exe -NoProfile -Command Get-Date")
        },
        Recipe(why: "no command line") { event, kitchen in event.template[event.source.names.command] = nil },
    ]
}
