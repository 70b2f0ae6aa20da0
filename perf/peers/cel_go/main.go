// cel-go over a workload in neutral form: cel_go FOLDER PARCELS; prints a line of JSON (see ../run.py).
//
// Each rule is a program of its own, compiled with constant folding and optimised look-ups of lists; each parcel a map
// of its texts and numbers, made beforehand; all programs are asked of it. One thread; processor time, collector
// included.
package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"cel.dev/cel-go/cel"
)

type predicate struct {
	Field    string
	In       []string
	NotIn    []string `json:"not_in"`
	From, To *int
}

type book struct {
	Rules []struct{ All []predicate }
}

func quoted(texts []string) string {
	parts := make([]string, len(texts))
	for i, text := range texts {
		parts[i] = strconv.Quote(text)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func expression(all []predicate) string {
	var parts []string
	for _, one := range all {
		switch {
		case len(one.In) == 1:
			parts = append(parts, one.Field+" == "+strconv.Quote(one.In[0]))
		case one.In != nil:
			parts = append(parts, one.Field+" in "+quoted(one.In))
		case len(one.NotIn) == 1:
			parts = append(parts, one.Field+" != "+strconv.Quote(one.NotIn[0]))
		case one.NotIn != nil:
			parts = append(parts, "!("+one.Field+" in "+quoted(one.NotIn)+")")
		}
		if one.From != nil {
			parts = append(parts, fmt.Sprintf("%s >= %d.0", one.Field, *one.From))
		}
		if one.To != nil {
			parts = append(parts, fmt.Sprintf("%s <= %d.0", one.Field, *one.To))
		}
	}
	return strings.Join(parts, " && ")
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal("cel_go: ", err)
	}
	return value
}

func readParcels(path string, most int) ([]string, []map[string]any) {
	reader := csv.NewReader(bufio.NewReader(must(os.Open(path))))
	names := must(reader.Read())
	var parcels []map[string]any
	for len(parcels) < most {
		row, err := reader.Read()
		if err != nil {
			break
		}
		parcel := map[string]any{}
		for i, name := range names {
			if strings.HasPrefix(name, "number") {
				parcel[name] = must(strconv.ParseFloat(row[i], 64))
			} else {
				parcel[name] = row[i]
			}
		}
		parcels = append(parcels, parcel)
	}
	return names, parcels
}

func compile(path string, names []string) []cel.Program {
	var options []cel.EnvOption
	for _, name := range names {
		kind := cel.StringType
		if strings.HasPrefix(name, "number") {
			kind = cel.DoubleType
		}
		options = append(options, cel.Variable(name, kind))
	}
	env := must(cel.NewEnv(options...))
	var written book
	if err := json.Unmarshal(must(os.ReadFile(path)), &written); err != nil {
		log.Fatal("cel_go: ", err)
	}
	var programs []cel.Program
	for _, rule := range written.Rules {
		ast, issues := env.Compile(expression(rule.All))
		if issues.Err() != nil {
			log.Fatal("cel_go: ", issues.Err())
		}
		programs = append(programs, must(env.Program(ast, cel.EvalOptions(cel.OptOptimize))))
	}
	return programs
}

func processorSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)*1e-6
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "cel.dev/cel-go" {
			return module.Version
		}
	}
	return "unknown"
}

func main() {
	runtime.GOMAXPROCS(1)
	folder := os.Args[1]
	names, parcels := readParcels(filepath.Join(folder, "parcels.csv"), must(strconv.Atoi(os.Args[2])))
	start := processorSeconds()
	programs := compile(filepath.Join(folder, "rules.json"), names)
	build := processorSeconds() - start
	path := filepath.Join(folder, "cel_go.csv")
	var found strings.Builder
	start = processorSeconds()
	for number, parcel := range parcels {
		vars := must(cel.NewActivation(parcel))
		for rule, program := range programs {
			value, _, err := program.Eval(vars)
			if err != nil {
				log.Fatal("cel_go: ", err)
			}
			if value.Value() == true {
				fmt.Fprintf(&found, "%d,%d\n", number, rule)
			}
		}
	}
	spent := processorSeconds() - start
	if err := os.WriteFile(path, []byte(found.String()), 0o644); err != nil {
		log.Fatal("cel_go: ", err)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"peer": "cel-go " + version(), "parcels": len(parcels), "build_s": build,
		"ns": []float64{spent * 1e9 / float64(len(parcels))}, "matches_file": path})
}
