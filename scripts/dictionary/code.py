"""Lines of source code as agents read and write them. $n $m are nouns, $v a verb, $N a CamelCase name, $i a number,
$s a few words, $p a path."""

PYTHON = """import os
import re
import sys
import json
import asyncio
import logging
from typing import Any, Dict, List, Optional, Union
from pathlib import Path
from dataclasses import dataclass, field
from collections import defaultdict
from datetime import datetime, timedelta, timezone
import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, Field
from $n.$m import $N
logger = logging.getLogger(__name__)
@dataclass
@property
@pytest.mark.parametrize("$n, expected", [
class $N(BaseModel):
class $N($NError):
    \"\"\"$s.\"\"\"
    $n: str
    $n: int = $i
    $n: Optional[str] = None
    $n: List[str] = Field(default_factory=list, description="$s")
    def __init__(self, $n: str, $m: Optional[int] = None) -> None:
        super().__init__()
        self.$n = $n
        self._$m = $m or {}
    def $v_$n(self, $m: str) -> List[Dict[str, Any]]:
    async def $v_$n(self, $m: $N) -> None:
def $v_$n($m: str, *, $n: int = $i) -> bool:
def test_$v_$n_$m():
        \"\"\"$s.

        Args:
            $n: $s.

        Returns:
            $s.

        Raises:
            ValueError: If the $n is not valid.
        \"\"\"
        if $n is None:
            raise ValueError(f"$s: {$n!r}")
        if not isinstance($n, str):
            return None
        for $n in self.$ms:
        for i, $n in enumerate($ms):
            $ms.append($n)
            continue
        with open($n_path, "r", encoding="utf-8") as f:
            data = json.load(f)
        try:
            response = await self.client.$v($n=$m, timeout=$i)
            response.raise_for_status()
        except Exception as e:
            logger.error("Failed to $v $n: %s", e)
            raise
        finally:
            self.$n.close()
        return self.$n.get("$m", {})
        return [$n for $n in $ms if $n.$m]
    assert result == expected
    assert len($ms) == $i
    with pytest.raises(ValueError):
    return $n
    print(f"$s: {$n}")
if __name__ == "__main__":
    main()
# $s""".split("\n")

TYPESCRIPT = """import React, { useState, useEffect, useCallback, useMemo } from 'react';
import { $N } from './$n';
import { $v$N } from '../$n/$m';
import type { $N, $NOptions } from '@/types/$n';
import { describe, it, expect, vi, beforeEach } from 'vitest';
import { z } from 'zod';
import * as fs from 'fs';
import path from 'node:path';
export interface $N {
export type $N = {
export const $v$N = async ($n: $N): Promise<void> => {
export default function $N({ $n, $m }: $NProps) {
export class $N extends $NBase implements I$N {
  private readonly $n: Map<string, $N>;
  $n: string;
  $m?: number;
  $n: boolean;
  constructor(private readonly $n: $N) {
  async $v($n: string, options: $NOptions = {}): Promise<$N | undefined> {
  const [$n, set$N] = useState<string | null>(null);
  useEffect(() => {
  }, [$n, $m]);
    const response = await fetch(`/api/$ns/${$m.id}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ $n, $m }),
    });
    if (!response.ok) {
      throw new Error(`$s: ${response.status}`);
    }
    const data = await response.json();
    const { $n, $m } = await this.$n.$v({ where: { id } });
    return $ns.map(($n) => $n.$m).filter(Boolean);
    return $ns.reduce((acc, $n) => acc + $n.$m, 0);
    for (const $n of $ns) {
    if (typeof $n !== 'string' || $n.length === 0) {
      return undefined;
    } catch (error) {
      console.error('$s', error);
  it('should $v the $n when $m is $a', async () => {
    expect(result).toEqual({ $n: '$m' });
    expect($v$N).toHaveBeenCalledWith($n);
  return (
    <div className="$n-$m">
      <button type="button" onClick={() => $v$N($n)} disabled={!$m}>
      {$ns.map(($n) => (
        <$N key={$n.id} $m={$n.$m} />
      ))}
    </div>
  );
};
});
}
 * @param $n $s
 * @returns $s
// $s
module.exports = { $v$N };""".split("\n")

C = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <stddef.h>
#include <errno.h>
#include <sys/types.h>
#include <vector>
#include <string>
#include <memory>
#include <utility>
#include <type_traits>
#include "$n/$m.h"
#ifndef _$U_$W_H
#define _$U_$W_H
#define $U_$W 0x$i
#define $U_$W(x) ((x) & $i)
#define $U_$W	$i	/* $s. */
#ifdef __cplusplus
extern "C" {
#endif
#endif /* _$U_$W_H */
#if defined(__$U__) && !defined($U_$W)
# include <bits/$n.h>
#pragma once
/* $s.  */
/**
 * $s.
 * @param $n $s
 * @return 0 on success, or a negative error code on failure
 */
// $s.
typedef struct $n_$m $n_$m_t;
typedef unsigned int $n_$m_t;
typedef int (*$n_$m_fn)(void *$n, const char *$m, size_t len);
struct $n_$m {
	const char *$n;
	uint32_t $m;
	struct $n *next;
	unsigned long $n_$m;
enum $n_$m {
	$U_$W = 0,
	$U_$W,
extern int $v_$n (const char *$m, size_t __n) __attribute__ ((nonnull (1)));
extern void *$v_$n (struct $m *__$n, int __flags);
static inline int $n_$v(struct $n *$m, unsigned int flags)
int $n_$v($n_t *$m, const char *name, void *data);
void $n_$v(struct $n *$m);
namespace $n {
template <typename T, typename Allocator = std::allocator<T>>
template<typename _Tp, typename _Up>
    inline constexpr bool
    typename enable_if<is_$n<_Tp>::value, _Tp>::type
    _GLIBCXX_NODISCARD
    noexcept(noexcept($v($n)))
class $N : public $NBase {
 public:
  explicit $N(const std::string& $n);
  virtual ~$N() = default;
  const std::vector<std::string>& $n() const { return $n_; }
  std::unique_ptr<$N> $n_;
  static_assert(sizeof($n) == $i, "$s");
	if (!$n)
		return -EINVAL;
    if ($n == NULL) {
        fprintf(stderr, "$s: %s\\n", strerror(errno));
        return -1;
    }
    for (size_t i = 0; i < $n->$m_count; i++) {
	switch ($n->$m) {
	case $U_$W:
		break;
	default:
	}
    return $n->$m;
    $n = malloc(sizeof(*$n));
    memset(&$n, 0, sizeof($n));
    goto out;
}
};
}  // namespace $n""".split("\n")

GO = """package main
package $n
import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
	"github.com/$n/$m/internal/$n"
)
// $N $s.
type $N struct {
	$N string `json:"$n,omitempty"`
	mu sync.RWMutex
	$n map[string]*$N
type $N interface {
func New$N($n string, opts ...Option) (*$N, error) {
func ($n *$N) $V(ctx context.Context, $m string) error {
func Test$N_$V(t *testing.T) {
	if err != nil {
		return nil, fmt.Errorf("failed to $v $n: %w", err)
	}
	if err := $n.$V(ctx, $m); err != nil {
		return err
	defer $n.mu.Unlock()
	for _, $n := range $ms {
	select {
	case <-ctx.Done():
		return ctx.Err()
	go func() {
	t.Run(tt.name, func(t *testing.T) {
		t.Errorf("$V() error = %v, wantErr %v", err, tt.wantErr)
	return nil
}""".split("\n")

RUST = """use std::collections::HashMap;
use std::sync::Arc;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct $N {
    pub $n: String,
    $n: Option<Vec<$N>>,
pub enum $N {
impl $N {
    pub fn new($n: impl Into<String>) -> Self {
    pub async fn $v(&mut self, $n: &str) -> Result<(), $NError> {
        let mut $n = self.$m.lock().unwrap();
        let $n = match self.$m.get(&$n) {
            Some($n) => $n.clone(),
            None => return Err(anyhow!("$s")),
            Ok(_) => {}
        .map_err(|e| e.to_string())?;
        assert_eq!($n.len(), $i);
#[test]
/// $s.
}
fn main() {
    println!("{}", $n);""".split("\n")

OTHER = """SELECT $n, $m, COUNT(*) AS total FROM $ns WHERE $n = ? GROUP BY $n ORDER BY total DESC LIMIT $i;
CREATE TABLE IF NOT EXISTS $ns (id INTEGER PRIMARY KEY, $n TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
INSERT INTO $ns ($n, $m) VALUES (?, ?);
#!/usr/bin/env bash
set -euo pipefail
  - name: $n
    runs-on: ubuntu-latest
    uses: actions/checkout@v4
      run: npm run $v
FROM python:3.12-slim
RUN pip install --no-cache-dir -r requirements.txt
  "name": "$n-$m",
  "version": "$i.$i.0",
  "scripts": {
    "build": "tsc -p tsconfig.json",
    "test": "vitest run",
  "dependencies": {
    "$n-$m": "^$i.$i.0",
[project]
requires-python = ">=3.10"
add_library($n STATIC $m.cc)
target_link_libraries($n PRIVATE $m)
<!DOCTYPE html>
<html lang="en">
  .$n-$m { display: flex; margin: 0 auto; padding: $ipx; color: #333; }""".split("\n")

LANGUAGES = {"python": PYTHON, "typescript": TYPESCRIPT, "c": C, "cpp": C, "go": GO, "rust": RUST, "text": OTHER}
