/// Invented Sigma rules that use what published ones do, and the gates of their logsources.
enum SampleRules {
    static let gates = """
        services:
          sysmon: [Microsoft-Windows-Sysmon/Operational]
          security: [Security]
          system: [System]
          powershell: [Microsoft-Windows-PowerShell/Operational, PowerShellCore/Operational]
          windefend: [Microsoft-Windows-Windows Defender/Operational]
        categories:
          process_creation:
            - {service: sysmon, EventID: [1]}
            - service: security
              EventID: [4688]
              fields:
                Image: NewProcessName
                ParentImage: ParentProcessName
                LogonId: SubjectLogonId
                User: SubjectUserName
                ProcessId: NewProcessId
            - crowdstrike: [ProcessRollup2, SyntheticProcessRollup2]
              fields:
                Image: ImageFileName
                ParentImage: ParentBaseFileName
                User: UserName
                OriginalFileName: OriginalFilename
                ProcessId: RawProcessId
          network_connection: [{service: sysmon, EventID: [3]}]
          registry_event: [{service: sysmon, EventID: [12, 13, 14]}]
          registry_add: [{service: sysmon, EventID: [12], values: {EventType: [CreateKey]}}]
          registry_delete: [{service: sysmon, EventID: [12], values: {EventType: [DeleteKey, DeleteValue]}}]
          registry_set: [{service: sysmon, EventID: [13]}]
          file_event: [{service: sysmon, EventID: [11]}]
          pipe_created: [{service: sysmon, EventID: [17, 18]}]
          ps_script: [{service: powershell, EventID: [4104]}]

        """

    static let rules = [
        rule(
            "ends and contains", "process_creation",
            #"s: {Image|endswith: ['\alpha.exe', '\beta.exe'], CommandLine|contains|all: [one, ' two ']}, condition: s"#
        ),
        rule(
            "image or original name", "process_creation",
            #"a: [{Image|endswith: '\gamma.exe'}, {OriginalFileName: Gamma.EXE}], b: {CommandLine|contains: ' /q'}, condition: all of them"#
        ),
        rule(
            "filters", "process_creation",
            #"s: {ParentImage|endswith: '\delta.exe'}, filter_path: {Image|startswith: 'C:\Windows\'}, filter_null: {CommandLine: null}, filter_empty: {CommandLine: ''}, condition: s and not 1 of filter_*"#
        ),
        rule("dashes", "process_creation", #"s: {CommandLine|windash|contains: [' -enc ', ' -e ']}, condition: s"#),
        rule(
            "an expression", "process_creation",
            #"s: {CommandLine|re: '(?i)\bset-[a-z]{3,8}\s+x(\d+|yy)[^z]\.dat$'}, condition: s"#),
        rule(
            "two expressions and a level", "process_creation",
            #"s: {CommandLine|re: ['^go.*now', 'echo\s.{2,4}\|'], IntegrityLevel: [High, System]}, condition: s"#),
        rule(
            "encoded", "process_creation",
            #"s: {CommandLine|base64offset|contains: ['Invoke-Thing', 'http://']}, condition: s"#),
        rule(
            "encoded wide", "process_creation",
            #"s: {CommandLine|wide|base64offset|contains: Invoke-Thing}, condition: s"#),
        rule("wildcards", "process_creation", #"s: {CommandLine: ['a?c*', '*\*x\?y*', 'q\\*\\z']}, condition: s"#),
        rule("a field of another", "process_creation", "s: {Image|fieldref: ParentImage}, condition: s"),
        rule("case counts", "process_creation", "s: {CommandLine|contains|cased: [AbC, dEf]}, condition: s"),
        rule(
            "two of three", "process_creation",
            "s1: {CommandLine|contains: aa1}, s2: {CommandLine|contains: bb2}, s3: {User|contains: svc}, condition: 2 of s*"
        ),
        rule("something else", "process_creation", "s: {User|neq: SYSTEM, CommandLine|startswith: go}, condition: s"),
        rule(
            "a network", "network_connection",
            "s: {DestinationIp|cidr: [10.0.0.0/8, 'fe80::/10'], Initiated: 'true'}, f: {DestinationPort: [80, 443]}, condition: s and not f"
        ),
        rule("ports", "network_connection", "s: {DestinationPort|gte: 1024, SourcePort|lt: 100}, condition: s"),
        rule("a key is made", "registry_add", #"s: {TargetObject|contains: '\Run\'}, condition: s"#),
        rule("a key is deleted", "registry_delete", #"s: {TargetObject|endswith: ['\Keep', '\Safe']}, condition: s"#),
        rule(
            "a value is set", "registry_set",
            #"s: {TargetObject|contains: '\Policies\', Details: ['DWORD (0x00000001)', 'DWORD (0x00000000)']}, f: {Image|endswith: '\good.exe'}, condition: s and not f"#
        ),
        rule(
            "any change", "registry_event", #"s: {TargetObject|contains: '\Odd\', EventType: SetValue}, condition: s"#),
        rule(
            "a file", "file_event",
            #"s: {TargetFilename|endswith: [.lnk, .hta], TargetFilename|contains: '\Startup\'}, condition: s"#),
        rule("a pipe", "pipe_created", #"s: {PipeName: ['\a?b-*', '\MSSE-*-server']}, condition: s"#),
        rule(
            "a script", "ps_script",
            #"s: {ScriptBlockText|contains: [Get-Thing, Set-Thing]}, f: {ScriptBlockText|contains: '-Safe'}, condition: s and not f"#
        ),
        rule(
            "exists", "file_event",
            "s: {TargetFilename|contains: dump, Contents|exists: true}, f: {Hashes|exists: true}, condition: s and not f"
        ),
        service(
            "a logon", "security",
            #"s: {EventID: [4624, 4625], LogonType: 3, TargetUserName|endswith: '$'}, f: {IpAddress: ['-', '::1', null]}, condition: s and not f"#
        ),
        service(
            "a service", "system",
            #"s: {Provider_Name: Service Control Manager, EventID: 7045, ImagePath|contains: [powershell, '\\127.']}, condition: s"#
        ),
        service("words", "windefend", "k: [evil thing, 'mal*ware'], f: {EventID: 5001}, condition: k and not f"),
        service("all words", "system", "k: {'|all': [first word, second word]}, condition: k"),
    ]

    private static func rule(_ name: String, _ category: String, _ detection: String) -> String {
        text(name, "category: \(category)", detection)
    }

    private static func service(_ name: String, _ service: String, _ detection: String) -> String {
        text(name, "service: \(service)", detection)
    }

    private static func text(_ name: String, _ logsource: String, _ detection: String) -> String {
        "title: \(name)\nid: \(name)\nlogsource: {product: windows, \(logsource)}\ndetection: {\(detection)}\n"
    }
}
